import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { FindingDetail, FindingView, Observation, Reader } from '../../domain';
import type { Context } from '../context';
import { writeFinding } from '../findings-text';
import type { CliConfig } from '../parts';
import { createProgress, grouped } from '../progress';
import { harmless } from '../terminal';

interface Options {
  readonly db?: string;
  readonly json?: boolean;
}

interface Outcome {
  readonly files: readonly string[];
  readonly observations: number;
  readonly findings: readonly FindingDetail[];
}

export const addReplay = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('replay')
    .description('run recorded event streams through the pipeline and print what is found')
    .argument('<file...>', 'recordings of `crosstalk record`, or output of `docker events --format json`')
    .option('--db <file>', 'keep the result in this database')
    .option('--json', 'print {"replays": [{"files": …, "observations": …, "findings": […]}]}')
    .addHelpText(
      'after',
      `
Each file is judged on its own. With --db the files are parts of one recording, in the order given.
Replay takes its configuration from --config alone, so the same files always give the same findings.

Examples:
  crosstalk replay bad-day.jsonl
  docker events --since 1h --until 0s --format json > events.jsonl; crosstalk replay events.jsonl
  crosstalk replay monday.jsonl tuesday.jsonl --db week.db`,
    )
    .action(async (files: string[], { db, json = false }: Options, command: Command) => {
      const config = context.loadConfig(command, { onlyNamedFile: true });
      const groups = db === undefined ? files.map((file) => [file]) : [files];
      const outcomes: Outcome[] = [];
      for (const group of groups) {
        const outcome = await replay(context, config, group, db);
        if (!json) tell(context, outcome);
        outcomes.push(outcome);
      }
      if (json) context.out.json({ replays: outcomes });
    });
};

const replay = async <Config extends CliConfig>(
  { parts, err }: Context<Config>,
  config: Config,
  files: readonly string[],
  dbFile: string | undefined,
): Promise<Outcome> => {
  const totalBytes = files.reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const progress = createProgress(err, `replay ${harmless(files.join(' '))}`, 'observations', parts.nowMs);
  let count = 0;
  const observe = async function* (): AsyncGenerator<Observation> {
    let readBytes = 0;
    for (const file of files) {
      const before = readBytes;
      for await (const observation of parts.readRecording(
        config,
        file,
        (bytes) => (readBytes = before + bytes),
      )) {
        if (parts.stop.aborted) return;
        yield observation;
        count += 1;
        progress.tell(readBytes, totalBytes, count);
      }
    }
  };
  try {
    const { reader, close } = await parts.replayInto(observe(), { dbFile, config });
    const findings = allFindings(reader);
    await close();
    return { files, observations: count, findings };
  } finally {
    progress.end();
  }
};

/** Oldest first, as they came. */
const allFindings = (reader: Reader): readonly FindingDetail[] => {
  const views: FindingView[] = [];
  let cursor: string | undefined;
  do {
    const page = reader.findings({ limit: 500, cursor });
    views.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return views
    .sort((a, b) => a.id - b.id)
    .flatMap(({ id }) => {
      const finding = reader.finding(id);
      return finding && 'found' in finding ? [finding.found] : [];
    });
};

const tell = <Config extends CliConfig>({ out }: Context<Config>, outcome: Outcome): void => {
  const { files, observations, findings } = outcome;
  const found = findings.length === 1 ? '1 finding' : `${grouped(findings.length)} findings`;
  out.line(
    out.paint('bold', `${files.map(harmless).join(', ')}: ${grouped(observations)} observations, ${found}`),
  );
  const given = new Set<string>();
  for (const finding of findings) {
    writeFinding(out, finding, !given.has(finding.advice));
    given.add(finding.advice);
  }
};
