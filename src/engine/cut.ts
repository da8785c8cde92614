/** Longest text that is kept of anything a container can choose. */
export const longestTextBytes = 1024;

const encoder = new TextEncoder();

/** The beginning of a text, at most 1 KiB of UTF-8; never half a character. */
export const cutText = (text: string): string => {
  // No character takes more than three bytes per UTF-16 unit.
  if (text.length * 3 <= longestTextBytes) return text;
  const bytes = new Uint8Array(longestTextBytes);
  return text.slice(0, encoder.encodeInto(text, bytes).read);
};
