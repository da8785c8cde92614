import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FindingView, Page } from '../../domain';
import type { Context } from '../context';
import { findingColumns, findingRow } from '../findings-text';
import type { CliConfig } from '../parts';
import { tableLines } from '../table';

interface Options {
  readonly kind?: string;
  readonly severity?: string;
  readonly confidence?: string;
  readonly status?: string;
  readonly job?: string;
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const largestPage = 500;

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('expected a whole number from 1.');
  return number;
};

export const addFindings = <Config extends CliConfig>(program: Command, context: Context<Config>): void => {
  program
    .command('findings')
    .description('what was found on this host, newest first')
    .option('-k, --kind <kind>', 'only this kind, for example foreign-kill')
    .addOption(
      new Option('-s, --severity <severity>', 'only this severity').choices(['critical', 'warning', 'info']),
    )
    .addOption(
      new Option('--confidence <confidence>', 'only this confidence').choices([
        'certain',
        'likely',
        'possible',
      ]),
    )
    .addOption(
      new Option('--status <status>', 'only this status').choices([
        'open',
        'acknowledged',
        'resolved',
        'suppressed',
        'withdrawn',
      ]),
    )
    .option('-j, --job <key>', 'only with this job as victim or actor')
    .option('-q, --search <words>', 'only with these words in title or resource name')
    .option('--since <time>', 'only after this time: 2026-11-23T20:00:00Z, or 15m, 2h, 7d ago')
    .option('--until <time>', 'only before this time')
    .option('-n, --limit <number>', 'at most so many', count, 50)
    .option('--json', 'print {"items": […], "next": …} as the API does')
    .addHelpText(
      'after',
      `
Examples:
  crosstalk findings
  crosstalk findings --job gitlab:101 --since 24h
  crosstalk findings --severity critical --json | jq '.items[].title'`,
    )
    .action(async ({ limit, json, search, ...filters }: Options, command: Command) => {
      const page = await readFindings(
        context.daemon(context.loadConfig(command)).getJson,
        { ...filters, q: search },
        limit,
      );
      if (json) return context.out.json(page);
      if (page.items.length === 0) return context.out.line('no findings');
      const { out } = context;
      tableLines(findingColumns(out.paint), page.items.map(findingRow), out).forEach((line) =>
        out.line(line),
      );
      if (page.next !== null) context.err.line(`there are more; --limit shows more than ${limit}`);
    });
};

/** As many pages as `limit` needs, as one. */
const readFindings = async (
  getJson: <T>(path: string, query: Record<string, string | number | undefined>) => Promise<T>,
  filters: Record<string, string | undefined>,
  limit: number,
): Promise<Page<FindingView>> => {
  const items: FindingView[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<FindingView> = await getJson('/api/v1/findings', {
      ...filters,
      limit: Math.min(limit - items.length, largestPage),
      cursor,
    });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return { items, next: cursor ?? null };
};
