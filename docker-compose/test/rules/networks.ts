import type { Rule } from './rule.ts';

/** Services that hold data; nobody but services and their exporters may come near. */
const stores = ['redis', 'kafka', 'mongo'];

/** The front door does not reach the stores, and the stores do not reach the world. */
export const networks: Rule = ({ services, networks: declared = {} }) => [
  ...Object.entries(services).flatMap(([name, { networks: on = [] }]) => [
    ...(on.length === 0 ? [`${name}: is on the network of all`] : []),
    ...on.filter((one) => !(one in declared)).map((one) => `${name}: there is no network ${one}`),
    ...(stores.includes(name) && on.join() !== 'back' ? [`${name}: is not on "back" alone`] : []),
    ...(name === 'front' && on.includes('back') ? ['front: reaches the stores'] : []),
  ]),
  ...(declared.back?.internal === true ? [] : ['network back: is not internal']),
];
