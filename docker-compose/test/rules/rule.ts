import type { DeployedService } from '../../../scripts/src/deploy/services.ts';

export interface HealthCheck {
  test?: string | string[];
  interval?: string;
  timeout?: string;
  retries?: number;
  start_period?: string;
  start_interval?: string;
}

/** One service of a Compose file, as far as rules look at it. */
export interface ComposeService {
  image?: string;
  build?: { context?: string; args?: Record<string, string> };
  command?: string | string[];
  entrypoint?: string | string[];
  user?: string;
  restart?: string;
  read_only?: boolean;
  privileged?: boolean;
  network_mode?: string;
  pid?: string;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  stop_grace_period?: string;
  logging?: { options?: Record<string, string> };
  tmpfs?: string[];
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  environment?: Record<string, string | number>;
  healthcheck?: HealthCheck;
  depends_on?: Record<string, { condition?: string }> | string[];
  deploy?: { replicas?: string | number };
  /** Why it has no health check. */
  'x-unchecked'?: string;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  networks?: Record<string, { internal?: boolean } | null>;
  volumes?: Record<string, unknown>;
}

/** What the files have to agree with. */
export interface Deployed {
  services: readonly DeployedService[];
  /** Keys of each service's settings. */
  settings: Readonly<Record<string, readonly string[]>>;
  /** Of the package, and so of the images. */
  version: string;
  /** Services with ports of their own, `*` = on any address. */
  doors: Readonly<Record<string, 'loopback' | '*'>>;
  /** Text by name. */
  caddyfiles: Readonly<Record<string, string>>;
  prometheus: { scrape_configs: ScrapeConfig[] };
}

export interface ScrapeConfig {
  job_name: string;
  authorization?: { credentials_file?: string };
  dns_sd_configs?: { names: string[]; type?: string; port?: number }[];
}

/** @returns a sentence for each thing that is wrong */
export type Rule = (file: ComposeFile, deployed: Deployed) => string[];

export type Check = (service: ComposeService, name: string) => (string | false | undefined)[];

/** A rule that looks at one service after the other. */
export const forEach =
  (check: Check): Rule =>
  ({ services }) =>
    Object.entries(services).flatMap(([name, service]) =>
      check(service, name).flatMap((found) => (found ? [`${name}: ${found}`] : [])),
    );

/** Runs and ends: nothing watches it, others wait for its end. */
export const runsOnce = ({ restart = 'no' }: ComposeService): boolean => /^(no|on-failure)/.test(restart);

/** `redis` of `registry/folder/redis:7.4`. */
export const imageName = (image = ''): string => image.replace(/[:@][^/]*$/, '');
