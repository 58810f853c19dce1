import { useDebouncedCallback } from '@mantine/hooks'
import { DeploymentEvents } from '@stackgate/client/documents'
import { useOperations } from '@stackgate/react/hooks'
import { useFollow } from '../../session/use-follow.js'

const GATHER_MS = 300

/** Reads a deployment again after its events. */
export function useDeploymentStreams(account: string, hash: string, isFound: boolean): void {
  const operations = useOperations()
  const readAgain = useDebouncedCallback(() => {
    void operations.refetch('Deployment', 'ServerLoad')
  }, GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account, types: ['agent.*', 'deployment.*', 'server.load'] },
    {
      after: isFound ? null : undefined,
      onItem: ({ deployment }) => {
        if (deployment?.hash === hash) readAgain()
      },
      // Also when the stream starts: what was read before it can be old.
      onMissed: async () => {
        await operations.refetch('Deployment')
        return null
      },
    },
  )
}
