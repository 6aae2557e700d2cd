import type { Deployed, Rule, ScrapeConfig } from './rule.ts';

const wrongWith = (
  { name, port }: Deployed['services'][number],
  job: ScrapeConfig | undefined,
): string | undefined => {
  if (!job) return `there is no job ${name}`;
  const [source] = job.dns_sd_configs ?? [];
  if (!job.authorization?.credentials_file) return `job ${name} has no token`;
  if (source?.names.join() !== name || source.type !== 'A')
    return `job ${name} does not ask for all copies of ${name}`;
  return source.port === port ? undefined : `job ${name} asks port ${source.port}, not ${port}`;
};

/** Prometheus asks every copy of every service, and nobody who is not there. */
export const scraped: Rule = ({ services: there }, { services, prometheus }) => {
  if (!there.prometheus) return [];
  const jobs = prometheus.scrape_configs;
  const asked = jobs.flatMap(({ dns_sd_configs = [] }) => dns_sd_configs.flatMap(({ names }) => names));
  return [
    ...services.flatMap((service) => {
      const why = wrongWith(
        service,
        jobs.find(({ job_name }) => job_name === service.name),
      );
      return why ? [why] : [];
    }),
    ...asked.filter((name) => !there[name]).map((name) => `there is no service ${name}`),
  ];
};
