import type { NameUse } from '../domain';
import type { Context } from './context';
import { execsAlive } from './execs';

const asking: Readonly<Record<NameUse['type'], readonly string[]>> = {
  container: ['run', 'create', 'rename'],
  network: ['network create'],
  tag: [],
};

/** A command that wanted this name was not refused it after all, when the event comes only after the command's end. */
export const wakeAskers = ({ world, emit }: Context, use: NameUse): void => {
  for (const exec of execsAlive(world, asking[use.type], use.from))
    if (exec.endAt !== null && (exec.name === use.name || exec.targets.includes(use.name)))
      emit({ k: 'exec', exec });
};
