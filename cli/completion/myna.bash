# SPDX-License-Identifier: Apache-2.0
# bash completion for myna(1)

_myna_options() {
  local global='--help --help-all --version --reader --json --lang --stats --trace --trace-usb --bit-rate --apdu --pin-fd --pin-file
    --allow-retry --allow-last-try --yes --timeout'
  case "$1" in
    sign) echo "$global --output --out-dir --format --profile --key --digest --check --detached --force --serialization --pss --name --reason --location
      --field --visible --picture --preset --egov-uri --c14n --enveloping --xades --refer --tsa --tsa-user
      --tsa-password-file --tsa-cert --tsa-key --tsa-header --tsa-trust --tsa-query-out --tsa-reply-in" ;;
    export) echo "$global --output --der --force" ;;
    verify) echo "$global --format --profile --content --trust --at --crl --ocsp-response" ;;
    create) echo "$global --kind --photo --without --dialect --latency --fault" ;;
    serve) echo "$global --port" ;;
    attributes) echo "$global --verify --require-proof --trust --pin" ;;
    face) echo "$global --output --verify --require-proof --trust --pin --number-picture --force" ;;
    show) echo "$global --verify --require-proof --trust --html --png --graphics --force" ;;
    check-card) echo "$global --require-proof --trust" ;;
    link) echo "$global --service --old" ;;
    number) echo "$global --purpose --pin --verify --require-proof --trust" ;;
    *) echo "$global" ;;
  esac
}

_myna_codes='auth sign text text-code-a text-code-b face-code-a face-code-b face-birth'

# The words that may follow, for the last command words so far.
_myna_words() {
  case "$1 $2" in
    'pin status') echo "$_myna_codes juki" ;;
    'pin verify') echo "$_myna_codes" ;;
    'pin change') echo 'auth sign text' ;;
    'card show') ;;
    'cert show' | 'cert export') echo 'auth sign auth-ca sign-ca' ;;
    *' pin') echo 'status verify change' ;;
    *' card') echo 'show' ;;
    *' config') echo 'show check' ;;
    'config show' | 'config check') ;;
    *' check-card') echo 'text face-code-a face-code-b auth sign' ;;
    *' cert') echo 'show export' ;;
    *' virtual') echo 'create serve info reset tamper' ;;
    ' ') echo 'readers status attributes face card check-card serial link number config pin cert sign verify virtual' ;;
  esac
}

_myna_values() {
  case "$1" in
    --lang) echo 'ja en' ;;
    --apdu) echo 'auto short extended' ;;
    --format) echo 'cms raw pdf xml asic jws' ;;
    --profile) echo 'moj pades xades cades jws jades' ;;
    --preset) echo 'egov egov-files touki-drawing' ;;
    --egov-uri) echo 'raw escaped' ;;
    --c14n) echo 'inclusive exclusive' ;;
    --serialization) echo 'compact flattened general' ;;
    --key) echo 'sign auth' ;;
    --digest) echo 'sha256 sha384 sha512' ;;
    --kind) echo 'my-number phone-android phone-ios juki foreign' ;;
    --photo) echo 'small large' ;;
    --without) echo 'auth sign' ;;
    --graphics) echo 'auto kitty sixel none' ;;
    --pin) echo "$_myna_codes" ;;
  esac
}

_myna() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} group='' command='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      pin | cert | virtual | card | config | sign | attributes | face | check-card | serial | link | number | readers | status | verify | change | show | \
        check | export | create | serve | info | reset | tamper)
        case "$group $command" in 'pin verify' | 'pin status' | 'pin change' | *' check-card') continue ;; esac
        group=$command command=$word ;;
    esac
  done
  local values
  values=$(_myna_values "$previous")
  if [ -n "$values" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_myna_options "$command")" -- "$current")
  else
    values=$(_myna_words "$group" "$command")
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    [ -n "$values" ] || compopt -o default
  fi
}
complete -F _myna myna
