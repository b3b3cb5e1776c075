{{/* What the containers of every service share. */}}
{{- define "container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
envFrom:
  - configMapRef: {name: {{ .Release.Name }}-settings}
  - secretRef: {name: {{ .Values.secret }}}
securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000}
volumeMounts:
  - {name: instance, mountPath: /data/dagster/dagster.yaml, subPath: dagster.yaml}
  - {name: instance, mountPath: /app/workspace.yaml, subPath: workspace.yaml}
{{- end -}}
{{- define "pod" -}}
serviceAccountName: {{ .Values.serviceAccount }}
volumes:
  - name: instance
    configMap: {name: {{ .Release.Name }}-instance}
{{- end -}}
{{- define "labels" -}}
app.kubernetes.io/name: nba-assets
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
