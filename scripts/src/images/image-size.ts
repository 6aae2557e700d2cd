import type { Commands } from '../commands.ts';
import type { Image } from './image-list.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** Bytes of the layer with the city data, which is the same one in every image that has it; 0 in the others. */
const placesBytes = (history: string): number => {
  const line = history.split('\n').find((layer) => /\bCOPY\b.*\/places\b/.test(layer));
  return Number(line?.split('\t')[0] ?? 0);
};

/** One line about an image that was built: how large it is, and how much of that are city data. */
export const sizeLine = async ({ tag }: Image, commands: Commands): Promise<string> => {
  const size = Number(await commands.read(['docker', 'image', 'inspect', '--format', '{{.Size}}', tag]));
  const layers = ['--human=false', '--no-trunc', '--format', '{{.Size}}\t{{.CreatedBy}}'];
  const places = placesBytes(await commands.read(['docker', 'history', ...layers, tag]));
  return `${tag}  ${megabytes(size)}${places > 0 ? `, ${megabytes(places)} of it places` : ''}\n`;
};
