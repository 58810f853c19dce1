import { cancel, intro, select, text } from '@clack/prompts'

/** Questions belong to stderr: stdout has the result. */
const output = process.stderr

/** True if a user can answer questions. */
export const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY

export const beginQuestions = (title: string): void => intro(title, { output })

/** @throws if the user cancels */
export async function askText(
  message: string,
  initialValue: string,
  problemOf: (value: string) => string | undefined,
): Promise<string> {
  const answer = await text({
    message,
    initialValue,
    output,
    validate: (value) => problemOf(value ?? ''),
  })
  return given(answer)
}

/** @throws if the user cancels */
export const askChoice = async <Value extends string>(
  message: string,
  choices: readonly { readonly value: Value; readonly label: string; readonly hint: string }[],
): Promise<Value> => {
  // The parameter of the library has a conditional type, which a type parameter does not resolve.
  const answer = await select<string>({ message, output, options: choices.map((choice) => ({ ...choice })) })
  return given(answer) as Value
}

function given(answer: string | symbol): string {
  if (typeof answer === 'string') return answer
  cancel('Canceled', { output })
  throw new Error('canceled; nothing was written')
}
