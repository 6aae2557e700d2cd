import { type ComposeService, imageName, type Rule } from './rule.ts';

/** Where images keep what must outlive the container; `scratch`: what they declare as volumes and nobody needs again. */
const places: Record<string, { kept: string[]; scratch?: string[] }> = {
  redis: { kept: ['/data'] },
  'apache/kafka': {
    kept: ['/var/lib/kafka/data'],
    scratch: ['/etc/kafka/secrets', '/mnt/shared/config', '/opt/kafka/config', '/opt/kafka/logs'],
  },
  mongo: { kept: ['/data/db'], scratch: ['/data/configdb'] },
  'prom/prometheus': { kept: ['/prometheus'] },
  'grafana/grafana': { kept: ['/var/lib/grafana'] },
  'pushtech/tracker': { kept: ['/data'] },
};

/** A path on the machine begins with a dot or a slash. */
const isNamed = (volume: string): boolean => /^\w/.test(volume);

const named = ({ volumes = [] }: ComposeService): [volume: string, at: string][] =>
  volumes.filter(isNamed).map((text) => text.split(':').slice(0, 2) as [string, string]);

const missing = (service: ComposeService): string[] => {
  const { kept = [], scratch = [] } = places[imageName(service.image)] ?? {};
  const tmpfs = (service.tmpfs ?? []).map((text) => text.split(':')[0]);
  const mounted = named(service).map(([, at]) => at);
  return [
    ...kept.filter((at) => !mounted.includes(at)).map((at) => `${at} lies in no named volume`),
    ...scratch.filter((at) => !tmpfs.includes(at)).map((at) => `${at} is no tmpfs`),
  ];
};

/** Everything that must not be lost lies in a named volume, and each volume is declared and used. */
export const state: Rule = ({ services, volumes = {} }) => {
  const used = new Set(
    Object.values(services).flatMap((service) => named(service).map(([volume]) => volume)),
  );
  return [
    ...Object.entries(services).flatMap(([name, service]) =>
      missing(service).map((why) => `${name}: ${why}`),
    ),
    ...[...used].filter((name) => !(name in volumes)).map((name) => `volume ${name} is not declared`),
    ...Object.keys(volumes)
      .filter((name) => !used.has(name))
      .map((name) => `volume ${name} is not used`),
  ];
};
