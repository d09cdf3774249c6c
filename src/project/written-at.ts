import type { ProjectSettings } from './parse.ts'

type Project = Pick<ProjectSettings, 'folder'>

const times = new WeakMap<Project, number>()

/** This process has written models or dashboards of a project: what was read of them before is old. */
export function noteWritten(settings: Project): void {
  times.set(settings, performance.now())
}

/** True where this process has written nothing since, and not so long has passed that others may have. */
export function isFresh(settings: Project, readAtMs: number, keptMs: number): boolean {
  return readAtMs > (times.get(settings) ?? 0) && performance.now() - readAtMs <= keptMs
}
