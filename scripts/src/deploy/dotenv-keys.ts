/** One line of `docker-compose/.env` that is no setting of a service: those stand in the services' own `config.ts`. */
export interface DotenvKey {
  key: string;
  meaning: string;
  /** Stands in `.env.example`; none for secrets. */
  fallback?: string;
}

/** Made by chance, never committed; the stack does not start without them. */
export const secretKeys: readonly DotenvKey[] = [
  { key: 'ADMIN_PASSWORD', meaning: 'password of the screens, for the owner' },
  { key: 'SECRET_KEY', meaning: 'signs sessions, tokens, links and visitor ids; a new one ends them all' },
  { key: 'API_TOKEN', meaning: 'a bearer token with all scopes, for programs' },
  { key: 'REDIS_PASSWORD', meaning: 'of the Redis in the stack' },
  {
    key: 'MONGO_PASSWORD',
    meaning: 'of the MongoDB in the stack; it keeps the one it was first started with',
  },
  { key: 'GRAFANA_PASSWORD', meaning: 'of the user admin in Grafana (compose.observability.yaml)' },
  { key: 'METRICS_TOKEN', meaning: 'what Prometheus reads /metrics with; good for nothing else' },
];

/** How the stack as a whole is run. */
export const deploymentKeys: readonly DotenvKey[] = [
  { key: 'FRONT_PORT', fallback: '8080', meaning: 'port of the front door, on this machine only' },
  { key: 'PUSHTECH_VERSION', meaning: 'tag of the images; empty = the version of these files' },
  {
    key: 'TRACKER_PATHS',
    meaning: 'what TAG_NAMES and TRACK_PATHS add for the front door, e.g. /s.js /hello /hello/*',
  },
  {
    key: 'DOMAIN',
    meaning: 'compose.production.yaml: trk., kafidx., consumers. and www. of it lead here, e.g. example.org',
  },
  {
    key: 'CADDY_TLS',
    meaning: 'compose.production.yaml: an e-mail address for public certificates, or internal for own ones',
  },
  { key: 'HTTP_BIND', fallback: '80', meaning: 'compose.production.yaml: [address:]port for HTTP' },
  { key: 'HTTPS_BIND', fallback: '443', meaning: 'compose.production.yaml: [address:]port for HTTPS' },
  { key: 'COPIES', fallback: '2', meaning: 'compose.production.yaml: copies of each service' },
  { key: 'PROMETHEUS_PORT', fallback: '9090', meaning: 'compose.observability.yaml: on this machine only' },
  { key: 'GRAFANA_PORT', fallback: '3000', meaning: 'compose.observability.yaml: on this machine only' },
];
