const harmless = /^(-0|-l|-L|--list.*|--table|--help|--version|-V|-h)$/;

/** kill, pkill and killall: that one signalled at all; whom is not kept. `kill -0` only asks whether a process lives. */
export const readSignal = (args: readonly string[]): { verb: 'signal' } | undefined => {
  const zero = args.some(
    (arg, at) => /^(-s|-n|--signal)$/.test(arg) && /^(0|EXIT)$/.test(args[at + 1] ?? ''),
  );
  return args.length === 0 || zero || harmless.test(args[0]!) ? undefined : { verb: 'signal' };
};
