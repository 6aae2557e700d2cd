/** One service as it is deployed: the same names in images, Compose and Kubernetes. */
export interface DeployedService {
  /** Name of the image (`pushtech/<name>`), the Compose service and the Deployment. */
  name: string;
  /** Folder of the workspace, the build argument SERVICE. */
  folder: string;
  /** What it listens on in its container. */
  port: number;
  /** Kubernetes Service; none where nobody calls it. */
  service?: string;
  /** `{service}` in `PUBLIC_URL`: the first label of its host name. */
  host?: string;
  /** Paths that lead to it where all services share one host; `/x*` = all that begin so. The website has the rest. */
  paths?: readonly string[];
  /** Port of every node in the minikube overlay. */
  nodePort?: number;
}

/** In the order of the flow. A later service is one more line here. */
export const deployedServices: readonly DeployedService[] = [
  {
    name: 'tracker',
    folder: 'tracker',
    port: 8081,
    service: 'tracker',
    host: 'trk',
    paths: ['/t', '/t/*', '/t.js', '/r', '/r/*'],
    nodePort: 30081,
  },
  { name: 'enricher', folder: 'enricher', port: 8082 },
  {
    name: 'consumer-stats',
    folder: 'consumers/stats',
    port: 8083,
    service: 'consumers',
    host: 'consumers',
    paths: ['/stats', '/stats/*'],
    nodePort: 30083,
  },
  {
    name: 'kafidx',
    folder: 'kafidx',
    port: 8084,
    service: 'kafidx',
    host: 'kafidx',
    paths: ['/kafidx', '/kafidx/*'],
    nodePort: 30084,
  },
  {
    name: 'website',
    folder: 'website',
    port: 8089,
    service: 'website',
    host: 'www',
    nodePort: 30089,
  },
];

/** The tasks as an image: makes topics and indexes, backs up, restores. Runs and ends. */
export const taskImage = { name: 'scripts', folder: 'scripts' } as const;
