{{- define "promfix.name" -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{- end }}
{{- define "promfix.labels" -}}
app.kubernetes.io/name: promfix
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
{{- define "promfix.secret" -}}{{ required "existingSecret is needed: a Secret with SLACK_BOT_TOKEN, SLACK_APP_TOKEN, PROMFIX_APPROVAL_KEY and REDIS_PASSWORD" .Values.existingSecret }}{{- end }}
{{- define "promfix.redis" -}}
{{- if .Values.redis.enabled }}
- { name: REDIS_PASSWORD, valueFrom: { secretKeyRef: { name: {{ include "promfix.secret" . }}, key: REDIS_PASSWORD } } }
- { name: REDIS_URL, value: "redis://:$(REDIS_PASSWORD)@{{ include "promfix.name" . }}-redis:6379" }
{{- else }}
- { name: REDIS_URL, valueFrom: { secretKeyRef: { name: {{ include "promfix.secret" . }}, key: REDIS_URL } } }
{{- end }}
{{- if .Values.redis.tlsSecret }}
- { name: REDIS_CA_FILE, value: /etc/promfix-redis/ca.crt }
{{- if .Values.redis.clientCertificate }}
- { name: REDIS_CERT_FILE, value: /etc/promfix-redis/tls.crt }
- { name: REDIS_KEY_FILE, value: /etc/promfix-redis/tls.key }
{{- end }}
{{- end }}
{{- end }}
{{- define "promfix.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end }}
