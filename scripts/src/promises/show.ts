import type { ServicePromises } from './gather-promises.ts';
import type { Judged } from './judge.ts';

const states = ['held', 'broken', 'not run'] as const;
export type State = (typeof states)[number];

const all = ({ files }: ServicePromises): Judged[] => files.flatMap(({ promises }) => promises);

/** `12 held, 1 broken`. */
const counts = (promises: readonly Judged[]): string =>
  states
    .map((state) => [state, promises.filter((promise) => promise.state === state).length] as const)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${n} ${state}`)
    .join(', ');

const day = (at: number | undefined): string =>
  at === undefined ? '' : new Date(at).toISOString().slice(0, 10);

/** Names may hold what tests try servers with. */
const oneLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');

/** One line for each service. */
export const overview = (services: readonly ServicePromises[]): string => {
  const width = Math.max(...services.map(({ folder }) => folder.length), 'all'.length);
  const lines = services.map((service) => `${service.folder.padEnd(width)}  ${counts(all(service))}\n`);
  return `${lines.join('')}${'all'.padEnd(width)}  ${counts(services.flatMap(all))}\n`;
};

/** Every promise of a service, by file. */
export const details = ({ folder, files }: ServicePromises): string => {
  const blocks = files.map(({ file, promises }) => {
    const lines = promises.map(
      ({ name, state, at }) => `    ${state.padEnd(7)} ${day(at).padEnd(10)}  ${oneLine(name)}\n`,
    );
    return `  ${file}\n${lines.join('')}`;
  });
  return `${folder}\n${blocks.join('')}`;
};

/** Only promises of one state, and the files that have some. */
export const onlyState = (services: readonly ServicePromises[], state: State): ServicePromises[] =>
  services
    .map(({ folder, files }) => ({
      folder,
      files: files
        .map(({ file, promises }) => ({
          file,
          promises: promises.filter((promise) => promise.state === state),
        }))
        .filter(({ promises }) => promises.length > 0),
    }))
    .filter(({ files }) => files.length > 0);

export const readState = (text: string): State | undefined =>
  states.find((state) => state.replace(' ', '-') === text);
