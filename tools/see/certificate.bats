#!/usr/bin/env bats
# make certificate: what it makes is what a client would trust, and no more.
load ../../tests/lib/helpers

setup() {
    note_failures
    needs openssl
}

# made WORD...: makes them in a folder that no shell leaves alone.
made() {
    MADE="$BATS_TEST_TMPDIR/it's made"
    run bash tools/see/certificate "$MADE" "$@"
    echo "$output"
    [ "$status" = 0 ]
}
trusted() { openssl verify -x509_strict -purpose sslserver -CAfile "$MADE/authority.pem" "$@" "$MADE/certificate.pem"; }

@test "certificate: it is for this machine, and its key is for nobody else" {
    local name
    made
    trusted -verify_hostname localhost
    for name in 127.0.0.1 ::1; do trusted -verify_ip "$name"; done
    run trusted -verify_hostname example.org
    [ "$status" != 0 ]
    [[ $(ls -l "$MADE/key.pem") == -rw-------* ]]
    [ "$(openssl pkey -in "$MADE/key.pem" -pubout)" = "$(openssl x509 -in "$MADE/certificate.pem" -noout -pubkey)" ]
    [ "$(ls "$MADE")" = $'authority.pem\ncertificate.pem\nkey.pem' ]
}

@test "certificate: names and addresses of one's own, and one that has expired" {
    made -1 192.168.1.7 lab7.example.org
    run trusted
    [[ $output == *'certificate has expired'* ]]
    trusted -no_check_time -verify_ip 192.168.1.7
    trusted -no_check_time -verify_hostname lab7.example.org
}

@test "certificate: what openssl does not take is told in its words, and nothing is made" {
    run bash tools/see/certificate "$BATS_TEST_TMPDIR/none" 1 999.1.1.1
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == 'certificate: openssl could not make it'*999.1.1.1* ]]
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
}

@test "certificate: it needs no configuration of openssl's, and says where openssl is missing" {
    OPENSSL_CONF=/nowhere made
    trusted
    run env PATH=/nowhere "$BASH" tools/see/certificate "$BATS_TEST_TMPDIR/none"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'openssl is not installed'* ]]
}
