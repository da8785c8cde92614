/** As the engine reads it: `app` is `app:latest`, `docker.io/library/app` too. */
export const normalTag = (tag: string): string => {
  const short = tag.replace(/^(?:docker\.io\/)?(?:library\/)?/, '');
  return /[:@][^/]*$/.test(short) ? short : `${short}:latest`;
};
