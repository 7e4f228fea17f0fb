#!/usr/bin/env bats
# Step 06: broadcast: what one says, all others hear.
load lib/helpers
export STEP=6
load lib/chat

# These take their time, beside the others.
setup_file() {
    begin freezes
}

@test "step 06: what one says all others hear, and the speaker does not" {
    says_to_all_others
}

@test "step 06: the order of lines is the same for all" {
    one_order_of_lines
}

@test "step 06: the client prints while its person types" {
    prints_while_one_types
}

@test "step 06: at the end of input the client prints the rest and ends well" {
    prints_the_rest
}

@test "step 06: what was typed before the end of input arrives" {
    leaves_at_the_end_of_input
}

@test "step 06: the client says when the server goes first, and ends well" {
    server_goes_first
}

@test "step 06: the client says when the server is cut off, and fails" {
    server_resets
}

@test "step 06: lines may be cut into any segments" {
    any_segments
}

@test "step 06: a line over 1024 bytes is answered to its sender alone, and skipped" {
    too_long
}

@test "step 06: control characters are taken out, invalid UTF-8 becomes ?" {
    cleans_text
}

@test "step 06: after a half-close the unfinished last line is passed on too" {
    unfinished_last_line
}

@test "step 06: of ten clients the last may talk first" {
    last_of_ten_first
}

@test "step 06: two who reset in mid-broadcast disturb nobody" {
    reset_in_mid_broadcast
}

@test "step 06: one who resets in mid-line disturbs nobody" {
    reset_in_mid_line
}

@test "step 06: one who says nothing disturbs nobody" {
    silent_client
}

@test "step 06: 1,000 who come and go leave no descriptor and no thread behind" {
    quick_connects 1000 close
}

@test "step 06: one who never reads freezes the room (the known defect)" {
    outcome_of freezes
}

@test "step 06: a connection on which send() fails is given up and closed" {
    gives_up
}
