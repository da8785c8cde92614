import type { Api } from '../api';

/** Opens the port. An address that is taken is said in words, with what to change. */
export const listen = async (
  api: Api,
  address: { readonly host: string; readonly port: number },
): Promise<string> => {
  try {
    return await api.listen(address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const where = `${address.host}:${address.port}`;
    if (code === 'EADDRINUSE')
      throw Object.assign(
        new Error(`${where} is in use; is crosstalk running already? Choose another with --listen`),
        { code },
      );
    if (code === 'EACCES')
      throw Object.assign(new Error(`not allowed to listen on ${where}; ports below 1024 need root`), {
        code,
      });
    throw error;
  }
};
