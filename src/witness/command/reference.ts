/** Names, ids, image references with tag and digest. */
const reference = /^[a-zA-Z0-9][a-zA-Z0-9_./:-]*(?:@[a-zA-Z0-9+._-]+:[0-9a-fA-F]{32,})?$/;
const maxLength = 512;

/**
 * Whether a text of a command line may be kept as the name of something. An `@` is a digest or nothing: what else
 * carries one, or a scheme, may be an address with a password in it.
 */
export const isReference = (text: string): boolean =>
  text.length <= maxLength && reference.test(text) && !text.includes('://');

/** A filter of a prune, `label=keep` or `until=24h`. */
export const isFilter = (text: string): boolean =>
  text.length <= maxLength && /^[a-z]+!?=[^\s\p{Cc}]*$/u.test(text) && !text.includes('://');
