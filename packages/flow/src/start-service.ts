/** Name → the service's own `main.ts`: what runs is the same as `node <service>/src/main.ts`. */
const services: Record<string, () => Promise<unknown>> = {
  tracker: () => import('@pushtech/tracker/main'),
  enricher: () => import('@pushtech/enricher/main'),
  stats: () => import('@pushtech/consumer-stats/main'),
  kafidx: () => import('@pushtech/kafidx/main'),
  website: () => import('@pushtech/website/main'),
};

/** Starts one service alone; its settings come from the environment only. An unknown name ends the process. */
export const startService = async (name: string): Promise<void> => {
  const start = Object.hasOwn(services, name) ? services[name] : undefined;
  if (!start) {
    const known = Object.keys(services).join(', ');
    process.stderr.write(`There is no service "${name}". Services: ${known}; without a name, all in one.\n`);
    process.exit(1);
  }
  await start();
};
