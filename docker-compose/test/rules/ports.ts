import type { Rule } from './rule.ts';

/** A port on every address is a door for the world: Docker opens it past the machine's firewall. */
export const ports: Rule = ({ services }, { doors }) =>
  Object.entries(services).flatMap(([name, { ports: published = [], network_mode }]) => {
    const wrong = network_mode ? [`${name}: network_mode ${network_mode}`] : [];
    if (published.length > 0 && !doors[name]) wrong.push(`${name}: has a port of its own`);
    if (published.length === 0 && doors[name]) wrong.push(`${name}: has no port`);
    if (doors[name] === '*') return wrong;
    const open = published.filter((port) => !String(port).startsWith('127.0.0.1:'));
    return [...wrong, ...open.map((port) => `${name}: port ${port} is not on loopback`)];
  });
