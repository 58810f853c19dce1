import { runCommand } from './run-command.js'

// `npx stackgate`, and each npm script of operators: one program with a command for each task.
process.exitCode = await runCommand(process.argv.slice(2), process.env)
