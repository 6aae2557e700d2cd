export { engineUrl, needs } from './needs.ts';
