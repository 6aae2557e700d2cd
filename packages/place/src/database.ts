import { stat } from 'node:fs/promises';
import { open, type Reader, type Response } from 'maxmind';

/** One `.mmdb` file, followed through its changes. */
export interface PlaceDatabase {
  path: string;
  /** The raw record; `undefined` while there is no database. Throws where the file is damaged inside. */
  get(address: string): unknown;
  loaded(): boolean;
  /** Why the file on disk is not in use; `undefined` when it is. */
  problem(): string | undefined;
  /** Takes a new version of the file in, if it is sound. Never rejects. @returns true when it did */
  refresh(): Promise<boolean>;
}

const TREE_SEPARATOR_BYTES = 16;
const PROBES = ['1.1.1.1', '8.8.8.8', '2001:db8::1', '2a00::1'];

/** A truncated or invented header shows here, before the first event would stumble over it. */
const assertSound = (reader: Reader<Response>, bytes: number): void => {
  const { searchTreeSize, ipVersion } = reader.metadata;
  if (!(searchTreeSize > 0) || searchTreeSize + TREE_SEPARATOR_BYTES > bytes) {
    throw new Error('its search tree is larger than the file');
  }
  for (const address of PROBES) if (ipVersion === 6 || !address.includes(':')) reader.get(address);
};

const fingerprint = async (path: string): Promise<{ mark: string; size: number }> => {
  const { mtimeMs, size, ino } = await stat(path);
  return { mark: `${mtimeMs} ${size} ${ino}`, size };
};

/** Opens nothing yet: call `refresh`. */
export const createDatabase = (path: string): PlaceDatabase => {
  let reader: Reader<Response> | undefined;
  let seen = '';
  let problem: string | undefined;

  return {
    path,
    get: (address) => reader?.get(address),
    loaded: () => reader !== undefined,
    problem: () => problem,
    async refresh() {
      try {
        const { mark, size } = await fingerprint(path);
        if (mark === seen) return false;
        seen = mark;
        const next = await open<Response>(path);
        assertSound(next, size);
        reader = next;
        problem = undefined;
        return true;
      } catch (error) {
        // A file that is missing now and comes back unchanged must be looked at again.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') seen = '';
        problem = `${path} cannot be read: ${(error as Error).message}`;
        return false;
      }
    },
  };
};
