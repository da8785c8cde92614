import { type ChildProcess, spawn } from 'node:child_process';
import { eventually } from './daemon';
import type { Engine } from './engine';

/** A job of the host: a shell that lives as long as the job, and does what it is told. */
export const hostJob = (engine: Engine, env: Readonly<Record<string, string>>) => {
  const shell: ChildProcess = spawn('sh', [], {
    env: { PATH: process.env['PATH'], DOCKER_HOST: engine.host, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  shell.stdout!.on('data', (text: Buffer) => (output += text.toString()));
  let asked = 0;
  return {
    async does(command: string): Promise<string> {
      const mark = `done-${++asked}`;
      const from = output.length;
      shell.stdin!.write(`${command}\necho ${mark}\n`);
      await eventually(
        () => Promise.resolve(output),
        (text) => text.includes(`${mark}\n`),
      );
      return output.slice(from).replace(`${mark}\n`, '').trim();
    },
    async ends(): Promise<void> {
      const over = new Promise((done) => shell.once('exit', done));
      shell.stdin!.end();
      await over;
    },
  };
};
