import { containerRows } from './container-rows.ts'
import { readEnvironment } from './environment.ts'
import { type Fields, readRows } from './rows.ts'
import { templatePorts } from './ports.ts'

/** The v3 list: the pod's containers, then its init containers, flagged. */
export function readContainers(template: Fields): Fields[] {
  const initContainers = new Set(initContainersOf(template))
  return templatePorts(template).map(({ container, ports }) =>
    readContainer(container, ports, initContainers.has(container)),
  )
}

function readContainer(container: Fields, ports: Fields[] | null, initContainer: boolean): Fields {
  return { resources: {}, ports, initContainer, ...readRows(containerRows, container), ...readEnvironment(container) }
}

function initContainersOf(template: Fields): unknown[] {
  const { spec } = template as { spec?: { initContainers?: unknown } }
  return Array.isArray(spec?.initContainers) ? spec.initContainers : []
}
