import { EXIT_CODE } from './exit-code.js'
import { loadEnvironmentFile } from './environment-file.js'
import { runCommand } from './run-command.js'

// `stackgate`, and each npm script of operators: one program with a command for each task.
const problem = loadEnvironmentFile()
if (problem) process.stderr.write(`stackgate: ${problem}\n`)
process.exitCode = problem ? EXIT_CODE.FAILED : await runCommand(process.argv.slice(2), process.env)
