import { type ComposeService, forEach } from './rule.ts';

/** What a service's own stop may take, and Docker's patience beyond it. */
const LEAST_GRACE_SECONDS = 30;

/** The one right that an image needs to be started at all (front: it is written on its program file). */
const ALLOWED = new Set(['NET_BIND_SERVICE']);

/** The file of certificates is root's in the image; without rights, root may do no more than others. */
const MAY_BE_ROOT = 'caddy:';

const isRoot = (user: string): boolean => !/^[1-9]\d*:\d+$/.test(user);

const secondsOf = (text = ''): number => {
  const [, n = '0', unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  return Number(n) * (unit === 'm' ? 60 : 1);
};

const mounts = ({ volumes = [] }: ComposeService): string[] =>
  volumes.filter((text) => /^[./]/.test(text) && !text.endsWith(':ro'));

/** A container that is broken into can do nothing to the machine, and little to itself. */
export const hardening = forEach((service) => [
  !service.read_only && 'can write to its root',
  service.privileged && 'is privileged',
  service.pid && `shares pid ${service.pid}`,
  !service.cap_drop?.includes('ALL') && 'keeps capabilities',
  ...(service.cap_add ?? []).map((cap) => !ALLOWED.has(cap) && `gets ${cap}`),
  !service.security_opt?.includes('no-new-privileges:true') && 'may gain privileges',
  isRoot(service.user ?? '') &&
    !(service.user === '0:0' && service.image?.startsWith(MAY_BE_ROOT)) &&
    `runs as ${service.user ?? 'whom its image says'}`,
  secondsOf(service.stop_grace_period) < LEAST_GRACE_SECONDS && `is killed before ${LEAST_GRACE_SECONDS} s`,
  !service.logging?.options?.['max-size'] && 'its logs have no end',
  ...mounts(service).map((text) => `can write to ${text.split(':')[0]}`),
]);
