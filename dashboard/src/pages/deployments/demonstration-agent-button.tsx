import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useOperations } from '@stackgate/react/hooks'
import { expectResult } from '@stackgate/client'
import { ReissueEnrolment } from '@stackgate/client/documents'
import { startDemonstrationAgent } from '../../session/sandbox.js'
import { useSession } from '../../session/session-context.js'
import { sandboxWords } from '../../words/en/sandbox-bar.js'

interface DemonstrationAgentButtonProps {
  readonly deploymentHash: string
  /** The token of a deployment that was just started. Default: a new token is issued. */
  readonly enrolmentToken?: string
}

/**
 * Starts an agent of the sandbox for a deployment without one. Shows nothing where the server has none: outside of the sandbox, and where
 * signing in is not done with one click. The stream of the deployment then shows the agent.
 */
export function DemonstrationAgentButton({ deploymentHash, enrolmentToken }: DemonstrationAgentButtonProps) {
  const { client, config } = useSession()
  const operations = useOperations()
  const start = useMutation({
    mutationFn: async () => {
      const token = enrolmentToken ?? (await newToken())
      return startDemonstrationAgent(deploymentHash, token)
    },
    onSuccess: () => void operations.refetch('Deployment', 'Deployments', 'DeploymentCommands'),
  })
  const newToken = async (): Promise<string> => {
    const { reissueEnrolment } = await client.request(ReissueEnrolment, { id: deploymentHash })
    return expectResult(reissueEnrolment).enrolmentToken!
  }
  const texts = sandboxWords.agent
  if (!config.sandboxSignIn) return null
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{texts.text}</Text>
      <Button variant="default" loading={start.isPending} onClick={() => start.mutate()}>
        {texts.start}
      </Button>
      <Text size="sm" role="status">
        {start.isSuccess ? texts.started : ''}
      </Text>
      {start.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {start.error.message}
        </Text>
      )}
    </Stack>
  )
}
