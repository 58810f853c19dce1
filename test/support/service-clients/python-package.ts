import { globSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from '../install-tools.js'

/**
 * Builds the wheel of `packages/python`, installs it with the packages of its tests into a new environment, and returns the folder of the
 * environment.
 * @throws when pip cannot build or install it
 */
export async function installPythonPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-python-'))
  const must = async (command: string, ...args: string[]): Promise<void> => {
    const { code, output } = await runTool(command, args, { cwd: process.cwd() })
    if (code !== 0) throw new Error(output)
  }
  await must('python3', '-m', 'venv', folder)
  const pip = join(folder, 'bin/pip')
  await must(pip, 'wheel', '--quiet', '--no-deps', '--wheel-dir', folder, 'packages/python')
  const [wheel] = globSync(join(folder, 'stackgate-*.whl'))
  await must(pip, 'install', '--quiet', `${wheel}[test]`)
  return folder
}
