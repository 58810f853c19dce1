export interface CitusCluster {
  /** Addresses of the coordinator and then of the workers. */
  readonly urls: readonly string[]
  stop(): Promise<void>
}

export function startCitusCluster(binaries: string, parent?: string): Promise<CitusCluster>
export function runOn(url: string, statements: readonly string[]): Promise<void>
export function inDatabase(url: string, name: string): string
export function createOnMachines(urls: readonly string[], name: string): Promise<void>
export function cloneOnMachines(urls: readonly string[], name: string, template: string): Promise<void>
export function dropOnMachines(urls: readonly string[], name: string): Promise<void>
