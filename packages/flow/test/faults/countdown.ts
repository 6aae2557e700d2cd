/** Reads `<point>=<n>` off a module's own address; at the n-th passing of that point the process dies at once. */
export const countdown = (url: string) => {
  const wanted = new URL(url).searchParams;
  const left = new Map([...wanted].map(([point, n]) => [point, Number(n)]));
  return (point: string): void => {
    const n = left.get(point);
    if (n === undefined) return;
    left.set(point, n - 1);
    if (n <= 1) process.kill(process.pid, 'SIGKILL');
  };
};
