import { type ComposeFile, type Rule, runsOnce } from './rule.ts';

const dependenciesOf = ({ services }: ComposeFile, name: string): [string, string | undefined][] => {
  const given = services[name]?.depends_on ?? {};
  if (Array.isArray(given)) return given.map((target) => [target, undefined]);
  return Object.entries(given).map(([target, { condition }]) => [target, condition]);
};

const wrongWith = (file: ComposeFile, target: string, condition: string | undefined): string | undefined => {
  const service = file.services[target];
  if (!service) return 'which is not there';
  if (runsOnce(service)) {
    return condition === 'service_completed_successfully' ? undefined : 'which runs once, not for its end';
  }
  if (condition !== 'service_healthy') return 'without waiting until it is healthy';
  return service.healthcheck ? undefined : 'which has no health check';
};

const reaches = (file: ComposeFile, from: string, to: string, seen: Set<string>): boolean =>
  dependenciesOf(file, from).some(([target]) => {
    if (target === to) return true;
    if (seen.has(target)) return false;
    seen.add(target);
    return reaches(file, target, to, seen);
  });

/** What a service waits for is there, can become what it waits for, and does not wait for it in turn. */
export const dependencies: Rule = (file) =>
  Object.keys(file.services).flatMap((name) => {
    const wrong = dependenciesOf(file, name).flatMap(([target, condition]) => {
      const why = wrongWith(file, target, condition);
      return why ? [`${name}: depends on ${target}, ${why}`] : [];
    });
    // `up --wait` takes the end of something that nobody waits for as a failure.
    const awaited = Object.keys(file.services).some((other) =>
      dependenciesOf(file, other).some(([target]) => target === name),
    );
    const service = file.services[name];
    if (service && runsOnce(service) && !awaited)
      wrong.push(`${name}: runs once, and nothing waits for its end`);
    return reaches(file, name, name, new Set()) ? [...wrong, `${name}: waits for itself`] : wrong;
  });
