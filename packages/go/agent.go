package stackgate

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// AgentSignatures returns the headers X-Agent-Signature and X-Agent-Signature-V2 of a request of an agent.
func AgentSignatures(token, method, path, timestamp, requestID string, body []byte) (plain, full string) {
	hash := sha256.Sum256(body)
	lines := []string{"v2", method, path, timestamp, requestID, hex.EncodeToString(hash[:])}
	return sign([]byte(token), body), sign([]byte(token), []byte(strings.Join(lines, "\n")))
}
