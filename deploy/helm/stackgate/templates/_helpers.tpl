{{- define "stackgate.labels" -}}
app.kubernetes.io/name: stackgate
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* Call: (dict "root" $ "role" "api") */}}
{{- define "stackgate.selector" -}}
app.kubernetes.io/name: stackgate
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{/* Ends with the names of all required values that are missing. */}}
{{- define "stackgate.requireValues" -}}
{{- $values := .Values -}}
{{- $required := list
  (list $values.image.repository "image.repository: push the image of deploy/Dockerfile to a registry, and name it")
  (list $values.image.tag "image.tag: name the version of the image")
  (list $values.existingSecret "existingSecret: name a Secret with database_url, secrets_key, stripe_secret_key, stripe_webhook_secret and smtp_url")
  (list $values.publicUrl "publicUrl: the address under which clients reach the server")
  (list $values.auth.jwksUrl "auth.jwksUrl: the key set that signs user tokens; without it nobody can sign in")
-}}
{{- if $values.ingress.enabled -}}
{{- $required = append $required (list $values.ingress.host "ingress.host: the host of publicUrl") -}}
{{- $required = append $required (list $values.ingress.tlsSecret "ingress.tlsSecret: the Secret with the certificate of the host") -}}
{{- end -}}
{{- $missing := list -}}
{{- range $required -}}
{{- if not (index . 0) }}{{ $missing = append $missing (index . 1) }}{{ end -}}
{{- end -}}
{{- if $missing }}{{ fail (printf "these values are missing:\n  %s" (join "\n  " $missing)) }}{{ end -}}
{{- end }}

{{/* Pod of one role. Call: (dict "root" $ "role" "api") */}}
{{- define "stackgate.pod" -}}
{{- $values := .root.Values -}}
metadata:
  labels:
    {{- include "stackgate.selector" . | nindent 4 }}
  {{- if $values.catalogFile }}
  annotations:
    checksum/catalog: {{ $values.catalogFile | sha256sum }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add $values.drainSeconds 25 }}
  {{- with $values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: {{ .role }}
      image: {{ $values.image.repository }}:{{ $values.image.tag }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      securityContext:
        readOnlyRootFilesystem: true
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
      env:
        - { name: ROLE, value: {{ .role }} }
        - { name: MODE, value: {{ $values.mode | quote }} }
        - { name: CATALOG, value: {{ ternary "/etc/stackgate/catalog.yaml" $values.catalog (ne $values.catalogFile "") | quote }} }
        - { name: PUBLIC_URL, value: {{ $values.publicUrl | quote }} }
        - { name: APP_URL, value: {{ $values.appUrl | quote }} }
        - { name: TRUSTED_PROXIES, value: {{ $values.trustedProxies | quote }} }
        - { name: AUTH_JWKS_URL, value: {{ $values.auth.jwksUrl | quote }} }
        - { name: AUTH_ISSUER, value: {{ $values.auth.issuer | quote }} }
        - { name: AUTH_AUDIENCE, value: {{ $values.auth.audience | quote }} }
        - { name: DASHBOARD_CLIENT_ID, value: {{ $values.auth.dashboardClientId | quote }} }
        - { name: DRAIN_SECONDS, value: {{ $values.drainSeconds | quote }} }
        {{- if eq .role "worker" }}
        - { name: METRICS_PORT, value: "4000" }
        {{- end }}
        {{- range list "database_url" "secrets_key" "stripe_secret_key" "stripe_webhook_secret" "smtp_url" }}
        - { name: {{ upper . }}_FILE, value: /run/secrets/stackgate/{{ . }} }
        {{- end }}
        {{- range $name, $value := $values.extraEnv }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      ports:
        - { name: http, containerPort: 4000 }
      # The first process of a new release migrates the database before it listens.
      startupProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 10
        timeoutSeconds: 3
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: 1
      resources:
        {{- toYaml (index $values .role).resources | nindent 8 }}
      volumeMounts:
        - { name: secrets, mountPath: /run/secrets/stackgate, readOnly: true }
        - { name: temporary, mountPath: /tmp }
        - { name: data, mountPath: /var/lib/stackgate }
        {{- if $values.catalogFile }}
        - { name: catalog, mountPath: /etc/stackgate, readOnly: true }
        {{- end }}
  volumes:
    - name: secrets
      secret: { secretName: {{ $values.existingSecret }}, defaultMode: 0440 }
    - name: temporary
      emptyDir: { sizeLimit: 64Mi }
    # It has nothing that a new pod would need: keys, mails and data are elsewhere.
    - name: data
      emptyDir: { sizeLimit: 64Mi }
    {{- if $values.catalogFile }}
    - name: catalog
      configMap: { name: {{ .root.Release.Name }}-catalog }
    {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "stackgate.selector" . | nindent 10 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
