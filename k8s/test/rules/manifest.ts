/** The fields of Kubernetes documents that the rules look at; all kinds in one, all optional. The schema rule knows the rest. */
export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string; optional?: boolean };
    secretKeyRef?: { name: string; key: string; optional?: boolean };
    fieldRef?: { fieldPath: string };
  };
}

export interface Probe {
  httpGet?: { path?: string; port: number | string };
  tcpSocket?: { port: number | string };
  exec?: { command: string[] };
}

export interface SecurityContext {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  procMount?: string;
  capabilities?: { drop?: string[]; add?: string[] };
  seccompProfile?: { type: string };
  sysctls?: unknown[];
}

export type Quantities = Readonly<Record<string, string | number>>;

export interface Container {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: { prefix?: string; configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number }[];
  resources?: { requests?: Quantities; limits?: Quantities };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  securityContext?: SecurityContext;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number }; exec?: { command: string[] } } };
  restartPolicy?: string;
}

export interface Volume {
  name: string;
  configMap?: { name: string; items?: { key: string }[]; optional?: boolean };
  secret?: { secretName: string; items?: { key: string }[]; optional?: boolean };
  persistentVolumeClaim?: { claimName: string };
  emptyDir?: { sizeLimit?: string; medium?: string };
  projected?: { sources?: { configMap?: NamedItems; secret?: NamedItems; serviceAccountToken?: unknown }[] };
  [kind: string]: unknown;
}

interface NamedItems {
  name: string;
  items?: { key: string }[];
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  priorityClassName?: string;
  imagePullSecrets?: { name: string }[];
  securityContext?: SecurityContext;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: { labelSelector?: Selector; topologyKey: string; whenUnsatisfiable: string }[];
  affinity?: { podAntiAffinity?: unknown };
}

export interface PolicyPeer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface PolicyPort {
  port?: number | string;
  endPort?: number;
  protocol?: string;
}

export interface Spec {
  replicas?: number;
  template?: { metadata?: { labels?: Labels; annotations?: Labels }; spec: PodSpec };
  jobTemplate?: { spec: Spec };
  selector?: Selector & Labels;
  serviceName?: string;
  strategy?: {
    type?: string;
    rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
  };
  volumeClaimTemplates?: Manifest[];
  type?: string;
  clusterIP?: string;
  ports?: {
    name?: string;
    port: number;
    targetPort?: number | string;
    nodePort?: number;
    protocol?: string;
  }[];
  minReplicas?: number;
  maxReplicas?: number;
  scaleTargetRef?: { kind: string; name: string };
  metrics?: { type: string; resource?: { name: string } }[];
  minAvailable?: number | string;
  maxUnavailable?: number | string;
  unhealthyPodEvictionPolicy?: string;
  podSelector?: Selector;
  policyTypes?: string[];
  ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[];
  egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[];
  endpoints?: MonitorEndpoint[];
  podMetricsEndpoints?: MonitorEndpoint[];
  parentRefs?: { kind?: string; name: string; namespace?: string; sectionName?: string }[];
  listeners?: { name: string }[];
  hostnames?: string[];
  /** Of an HTTPRoute and of an Ingress: told apart by the kind. */
  rules?: RouteRule[];
  defaultBackend?: IngressBackend;
}

export interface MonitorEndpoint {
  port?: string;
  path?: string;
  authorization?: { credentials?: { name: string; key: string } };
  bearerTokenSecret?: { name: string; key: string };
}

export interface IngressBackend {
  service?: { name: string; port?: { number?: number; name?: string } };
}

export interface RouteRule {
  backendRefs?: { kind?: string; name: string; port?: number }[];
  host?: string;
  http?: { paths: { path?: string; backend: IngressBackend }[] };
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels; annotations?: Labels };
  spec?: Spec;
  data?: Readonly<Record<string, string>>;
  binaryData?: Readonly<Record<string, string>>;
  stringData?: Readonly<Record<string, string>>;
  rules?: { apiGroups?: string[]; resources?: string[]; verbs: string[] }[];
  roleRef?: { kind: string; name: string };
}
