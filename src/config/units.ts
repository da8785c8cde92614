const msPerUnit: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

export const durationPattern = '^[1-9]\\d{0,6}(ms|s|m|h|d|w)$';
export const sizePattern = '^[1-9]\\d{0,6}(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$';

const measure = (text: string, units: Readonly<Record<string, number>>): number => {
  const [, amount, unit] = /^(\d+)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = units[unit ?? ''];
  // The schema has checked the form; whoever comes here without it made a mistake in the program.
  if (factor === undefined) throw new RangeError(`not a measure: ${text}`);
  return Number(amount) * factor;
};

/** `60s` → 60,000. */
export const durationMs = (text: string): number => measure(text, msPerUnit);

/** `4GB` → 4,000,000,000; `1KiB` → 1,024. */
export const sizeBytes = (text: string): number => measure(text, bytesPerUnit);

const port = '(?:\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

export const addressPattern = `^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+):(${port})$`;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `[::1]:7373` → host `::1`, port 7373. */
export const address = (text: string): Address => {
  const [, host, number] = new RegExp(addressPattern).exec(text) ?? [];
  if (host === undefined) throw new RangeError(`not an address: ${text}`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(number) };
};

/** Whether only this machine can reach it. Names other than localhost may resolve to anything. */
export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
