/** Keys of upstream's configs, for the nearest one to a key that is misspelt. What is missing here costs a suggestion only. */

const words = (text: string): readonly string[] => text.split(/\s+/).filter(word => word !== '')

const http = words(`
  authorization basic_auth bearer_token bearer_token_file credentials credentials_file enable_http2 follow_redirects
  http_headers no_proxy oauth2 password password_file proxy_connect_header proxy_from_environment proxy_url tls_config
  type username username_file client_id client_secret client_secret_file token_url endpoint_params scopes
  ca ca_file cert cert_file key key_file insecure_skip_verify min_version max_version server_name`)

const relabeling = words('action modulus regex replacement separator source_labels target_label')

const rules = words(`
  alert annotations expr for groups interval keep_firing_for labels limit name query_offset record rules`)

const prometheus = words(`
  alert_relabel_configs alerting alertmanagers always_scrape_classic_histograms api_version body_size_limit
  convert_classic_histograms_to_nhcb enable_compression evaluation_interval external_labels fallback_scrape_protocol files
  global headers honor_labels honor_timestamps job_name keep_dropped_targets label_limit label_name_length_limit
  label_value_length_limit labels metadata_config metric_name_escaping_scheme metric_name_validation_scheme
  metric_relabel_configs metrics_path name names native_histogram_bucket_limit otlp params path_prefix port
  query_log_file queue_config read_recent refresh_interval relabel_configs remote_read remote_timeout remote_write
  required_matchers role rule_files rule_query_offset runtime sample_limit scheme scrape_class scrape_classic_histograms
  scrape_config_files scrape_configs scrape_failure_log_file scrape_interval scrape_native_histograms scrape_protocols
  scrape_timeout send_exemplars send_native_histograms sigv4 static_configs storage target_limit targets timeout
  tracing track_timestamps_staleness tsdb url write_relabel_configs`)

const alertmanager = words(`
  active_time_intervals api_key api_key_file api_url api_url_file auth_identity auth_password auth_password_file
  auth_secret auth_username bot_token bot_token_file channel chat_id continue days_of_month description details
  discord_configs email_configs equal from global group_by group_interval group_wait headers hello html http_config
  icon_emoji icon_url inhibit_rules location match match_re matchers max_alerts message months msteams_configs
  msteamsv2_configs mute_time_intervals name opsgenie_api_key opsgenie_configs pagerduty_configs pagerduty_url
  parse_mode priority pushover_configs receiver receivers repeat_interval require_tls resolve_timeout responders
  room_id route routes routing_key routing_key_file send_resolved service_key service_key_file severity
  slack_api_url slack_api_url_file slack_configs smarthost smtp_auth_identity smtp_auth_password
  smtp_auth_password_file smtp_auth_username smtp_from smtp_hello smtp_require_tls smtp_smarthost sns_configs
  source_match source_match_re source_matchers target_match target_match_re target_matchers telegram_configs
  templates text time_intervals times title title_link to token token_file topic_arn url url_file user_key
  user_key_file username victorops_configs webex_configs webhook_configs webhook_url webhook_url_file wechat_configs
  weekdays years`)

const blackbox = words(`
  body body_file body_size_limit compression dns dont_fragment fail_if_body_json_matches_cel
  fail_if_body_matches_regexp fail_if_body_not_matches_regexp fail_if_header_matches fail_if_header_not_matches
  fail_if_not_ssl fail_if_ssl grpc headers http icmp ip_protocol_fallback method modules no_follow_redirects
  payload_size preferred_ip_protocol prober query_class query_name query_response query_type recursion_desired
  send service source_ip_address starttls tcp timeout tls transport_protocol ttl valid_http_versions valid_rcodes
  valid_status_codes validate_answer_rrs validate_additional_rrs validate_authority_rrs allow_missing expect header
  regexp`)

/** The keys that may stand where a tool found another one. `type`: as Go calls it, `rulefmt.Rule`. */
export function upstreamFields(tool: string, type: string): readonly string[] {
  if (type.startsWith('rulefmt.')) return rules
  if (type.startsWith('relabel.')) return relabeling
  if (tool === 'amtool') return [...alertmanager, ...http]
  if (tool === 'blackbox_exporter') return [...blackbox, ...http]
  return tool === 'promtool' ? [...prometheus, ...relabeling, ...http] : []
}
