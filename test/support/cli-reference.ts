import type { Argument, Command, Option } from 'commander'
import { createProgram } from '#cli/run-command.js'

/** Table of every command with its arguments and options, from the descriptions that `--help` prints. */
export function cliReference(): string {
  const program = createProgram({ env: {}, setExitCode: () => undefined })
  const rows = commandsOf(program, 'stackgate').map(
    ([name, command]) =>
      `| \`${[name, ...command.registeredArguments.map(nameOf)].join(' ')}\` | ${sentence(command)} | ${optionsOf(command)} |`,
  )
  return ['| Command | Effect | Options |', '|---|---|---|', ...rows].join('\n')
}

/** Commands without others below them, by their full names. */
function commandsOf(command: Command, path: string): [string, Command][] {
  return command.commands
    .filter((child) => !['help', 'complete'].includes(child.name()))
    .flatMap((child): [string, Command][] => {
      const name = `${path} ${child.name()}`
      return child.commands.length > 0 ? commandsOf(child, name) : [[name, child]]
    })
}

function nameOf(argument: Argument): string {
  const name = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`
  return argument.required ? name : `[${name}]`
}

const inTable = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/[<>]/g, '\\$&')

function sentence(command: Command): string {
  const text = `${command.description().charAt(0).toUpperCase()}${command.description().slice(1)}`
  return `${inTable(text)}${command.registeredArguments.map(({ argChoices }) => choicesOf(argChoices)).join('')}`
}

/** Allowed values, in parentheses. */
function choicesOf(choices: readonly string[] | undefined): string {
  return choices ? ` (${choices.map((choice) => `\`${choice}\``).join(', ')})` : ''
}

/** Options of the command. Those of the group are repeated, for example `--provider` of `catalog`. */
function optionsOf(command: Command): string {
  const all = [...(command.parent?.parent ? command.parent.options : []), ...command.options]
  return all
    .filter(({ long, hidden }: Option) => long !== '--json' && !hidden)
    .map(({ flags, description, argChoices }: Option) => `\`${flags}\` ${inTable(description)}${choicesOf(argChoices)}`)
    .join('; ')
}
