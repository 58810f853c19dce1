import type { z } from 'zod'
import { unusable, type Config } from './config.js'
import { fromFile } from './secret-files.js'
import { misspelledSettings, SETTINGS } from './settings.js'
import { optional } from './values.js'

declare module '../context/declared.js' {
  interface Declared {
    /** Settings of the modules of the installation, by name. */
    readonly settings: SettingDefinitions
  }
}

/** Values of the settings of modules, by name. Each domain adds its own by a declaration of this interface. */
export interface Settings {}

/** A setting of a module: a variable of the environment. */
export interface Setting<Value = unknown> {
  /** Form of the text. Undefined without the variable. */
  readonly form: z.ZodType<Value | undefined>
  /** Value without the variable. */
  readonly fallback: Value
  /** True if the variable `<NAME>_FILE` can name a file with the value. */
  readonly isInFile: boolean
  /** Says what is wrong with a value beside other settings. Null: nothing. */
  problemOf(value: Value, config: Config, others: Readonly<Record<string, unknown>>): string | null
}

/** Settings by name. */
export type SettingDefinitions = Readonly<Record<string, Setting>>

/** Values of settings, for a declaration of `Settings`. */
export type ValuesOf<Definitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends Setting<infer Value> ? Value : never
}

/** Declares a setting by the form of its text, and its value without one. */
export const setting = <Value, const Fallback>(
  form: z.ZodType<Value>,
  fallback: Fallback,
  options: Partial<Pick<Setting<Value | Fallback>, 'isInFile' | 'problemOf'>> = {},
): Setting<Value | Fallback> => ({
  form: optional(form),
  fallback,
  isInFile: false,
  problemOf: () => null,
  ...options,
})

/** Reads the settings of the installed modules. Throws with every wrong value. */
export function readSettings(definitions: SettingDefinitions, config: Config): Settings {
  const problems: string[] = []
  const settings: Record<string, unknown> = {}
  for (const [name, { form, fallback, isInFile }] of Object.entries(definitions)) {
    const text = isInFile ? fromFile(name, config.environment) : config.environment[name]
    const { data, error } = form.safeParse(text)
    settings[name] = data ?? fallback
    for (const { message } of error?.issues ?? []) problems.push(`${name}: ${message}`)
  }
  for (const [name, definition] of problems.length > 0 ? [] : Object.entries(definitions)) {
    const problem = definition.problemOf(settings[name], config, settings)
    if (problem !== null) problems.push(`${name}: ${problem}`)
  }
  if (problems.length > 0) throw unusable(problems)
  return settings as unknown as Settings
}

/** Names of the environment that resemble a setting of the installed modules, each as a sentence. */
export function misspelledModuleSettings(definitions: SettingDefinitions, { environment }: Config): string[] {
  const known = Object.entries(definitions).flatMap(([name, { isInFile }]) => [
    name,
    ...(isInFile ? [`${name}_FILE`] : []),
  ])
  return misspelledSettings(
    Object.keys(environment).filter((name) => !SETTINGS.has(name)),
    new Set(known),
  )
}
