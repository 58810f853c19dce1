import { Stack, Text, TextInput } from '@mantine/core'
import { useId } from 'react'
import { Select } from '../../ui/select.js'
import { marketWords } from '../../words/en/market.js'
import type { TemplateDetails } from './template-page.js'

type Parameter = NonNullable<TemplateDetails['parameters']>[number]

/** Values of parameters by name, as they are typed. */
export type ParameterTexts = Readonly<Record<string, string>>

/** A problem of the values that the server refused. */
interface ValueIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface ParameterFieldsProps {
  readonly parameters: readonly Parameter[]
  readonly values: ParameterTexts
  readonly issues: readonly ValueIssue[]
  readonly onChange: (values: ParameterTexts) => void
}

/** Fields of the parameters of a template. Those that the vendor did not describe and that are not required are folded. */
export default function ParameterFields({ parameters, values, issues, onChange }: ParameterFieldsProps) {
  const [main, others] = [parameters.filter(isMain), parameters.filter((each) => !isMain(each))]
  const fieldOf = (parameter: Parameter) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      value={values[parameter.name] ?? ''}
      // A message begins with the name of its parameter.
      error={issues.find(({ message }) => message.startsWith(`${parameter.name} `))?.message}
      onChange={(value) => onChange({ ...values, [parameter.name]: value })}
    />
  )
  return (
    <Stack gap="sm">
      {main.map(fieldOf)}
      {others.length > 0 && (
        <details open={issues.some(({ message }) => others.some(({ name }) => message.startsWith(`${name} `)))}>
          <summary>{marketWords.moreParameters(others.length)}</summary>
          <Stack gap="sm" mt="xs">
            {others.map(fieldOf)}
          </Stack>
        </details>
      )}
    </Stack>
  )
}

const isMain = ({ derived, required }: Parameter): boolean => !derived || required

interface ParameterFieldProps {
  readonly parameter: Parameter
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}

const SWITCHES = ['true', 'false'] as const
const INPUT_TYPES: Partial<Record<Parameter['type'], string>> = { PASSWORD: 'password', EMAIL: 'email', PORT: 'number' }

function ParameterField({ parameter, value, error, onChange }: ParameterFieldProps) {
  const { label, description, type, options, required, generate, secret } = parameter
  const hint = useId()
  const isNeeded = required && parameter.default === null && !generate
  const common = { label, description, error, value, 'aria-describedby': hint }
  const choices =
    type === 'BOOLEAN' ? SWITCHES.map((each) => ({ value: each, label: marketWords.switches[each] })) : options
  if (choices.length > 0)
    return (
      <Select
        {...common}
        data={choices}
        required={isNeeded}
        none={choices.find((each) => each.value === parameter.default)?.label ?? marketWords.noValue}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    )
  return (
    <div>
      <TextInput
        {...common}
        type={secret ? 'password' : (INPUT_TYPES[type] ?? 'text')}
        autoComplete={secret ? 'new-password' : 'off'}
        withAsterisk={isNeeded}
        placeholder={generate ? marketWords.generated : (parameter.default ?? '')}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {generate && (
        <Text id={hint} size="xs" c="dimmed">
          {value ? marketWords.notGenerated : marketWords.generatedHint}
        </Text>
      )}
    </div>
  )
}
