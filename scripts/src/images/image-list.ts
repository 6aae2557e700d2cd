import { deployedServices, taskImage } from '../deploy/services.ts';
import { UsageError } from '../task.ts';
import { version } from '../version.ts';

export interface Image {
  name: string;
  /** Build argument SERVICE. */
  folder: string;
  /** Name with prefix and version, as it is pushed. */
  tag: string;
}

const PREFIX = 'pushtech';

/**
 * The images of this version, in the order of the flow. @param names of some of them; none = all
 * @throws UsageError there is no such image, or the prefix is none
 */
export const imageList = (names: readonly string[], prefix = PREFIX): Image[] => {
  const all = [...deployedServices, taskImage];
  const wrong = names.find((name) => !all.some((image) => image.name === name));
  if (wrong !== undefined) {
    throw new UsageError(`there is no image "${wrong}"; there are ${all.map(({ name }) => name).join(', ')}`);
  }
  if (!/^[a-z\d][a-z\d.:/_-]*[a-z\d]$/.test(prefix)) {
    throw new UsageError(`--prefix is a registry and a folder in it, like registry.example.org/pushtech`);
  }
  return all
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ name, folder }) => ({ name, folder, tag: `${prefix}/${name}:${version}` }));
};

export const versionOf = ({ tag }: Image): string => tag.slice(tag.lastIndexOf(':') + 1);
