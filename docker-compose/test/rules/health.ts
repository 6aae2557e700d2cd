import { forEach, runsOnce } from './rule.ts';

const limits = ['interval', 'timeout', 'retries', 'start_period', 'start_interval'] as const;

/** Everything that goes on running is asked how it is, often at first and seldom later. */
export const health = forEach((service) => {
  const { healthcheck, 'x-unchecked': reason } = service;
  if (runsOnce(service)) return [healthcheck && 'runs once and has a health check'];
  if (reason) return [healthcheck && 'has a health check and a reason why not'];
  if (!healthcheck?.test?.length) return ['has no health check'];
  return limits.map((key) => healthcheck[key] === undefined && `its health check says no ${key}`);
});
