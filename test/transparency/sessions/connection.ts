import { closing, converse, head, type Move } from '../raw';
import type { Context, Session } from '../session';

/** What is done on one connection by a client that speaks HTTP itself. */
export type Moves = (context: Context) => readonly Move[];

/** What must have come when the last move is made, and whether the engine has closed its direction. */
export const on = (moves: Moves, answer: RegExp, ended: unknown): Session => ({
  run: (context) => converse(context.socket, moves(context)),
  expected: { bytes: expect.stringMatching(answer), ended, problem: undefined },
});

/** Answers one after the other on a connection that stays. */
export const kept = (moves: Moves, answer: RegExp): Session =>
  on((context) => [...moves(context), 150], answer, false);
/** The engine closes it. */
export const closed = (moves: Moves, answer: RegExp): Session =>
  on((context) => [...moves(context), closing], answer, true);

export const pong = /\r\n\r\nOK$/;
export const ping = head('GET /_ping');
export const last = head('GET /_ping', 'Connection: close');
export const volume = (name: string): string => JSON.stringify({ Name: name });
export const create = 'POST /volumes/create';
export const asJson = 'Content-Type: application/json';
