import { spawnSync } from 'node:child_process';

/** Debian's own comes first: it sees the packages that apt installs, which another one on the PATH may not. */
const CANDIDATES = ['/usr/bin/python3', 'python3'];

/** A Python with pandas, scikit-learn and onnx; null where there is none, which a line says. */
export const python = findPython();

function findPython(): string | null {
  const found = CANDIDATES.find((path) => {
    const { status } = spawnSync(path, ['-c', 'import pandas, sklearn, onnx']);
    return status === 0;
  });
  if (found !== undefined) return found;
  process.stderr.write('skipped: no python3 with pandas, scikit-learn and onnx on this machine\n');
  return null;
}
