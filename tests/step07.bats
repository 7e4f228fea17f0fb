#!/usr/bin/env bats
# Step 07: a protocol on top of the lines: names, notices, commands.
load lib/helpers
export STEP=7
load lib/chat

# These take their time, beside the others.
setup_file() {
    begin freezes
}

@test "step 07: what one says all others hear, and the speaker does not" {
    says_to_all_others
}

@test "step 07: the order of lines is the same for all" {
    one_order_of_lines
}

@test "step 07: the client prints while its person types" {
    prints_while_one_types
}

@test "step 07: at the end of input the client prints the rest and ends well" {
    prints_the_rest
}

@test "step 07: what was typed before the end of input arrives" {
    leaves_at_the_end_of_input
}

@test "step 07: the client says when the server goes first, and ends well" {
    server_goes_first
}

@test "step 07: the client says when the server is cut off, and fails" {
    server_resets
}

@test "step 07: lines may be cut into any segments" {
    any_segments
}

@test "step 07: a line over 1024 bytes is answered to its sender alone, and skipped" {
    too_long
}

@test "step 07: control characters are taken out, invalid UTF-8 becomes ?" {
    cleans_text
}

@test "step 07: after a half-close the unfinished last line is passed on too" {
    unfinished_last_line
}

@test "step 07: of ten clients the last may talk first" {
    last_of_ten_first
}

@test "step 07: two who reset in mid-broadcast disturb nobody" {
    reset_in_mid_broadcast
}

@test "step 07: one who resets in mid-line disturbs nobody" {
    reset_in_mid_line
}

@test "step 07: one who says nothing disturbs nobody" {
    silent_client
}

@test "step 07: 1,000 who come and go leave no descriptor and no thread behind" {
    quick_connects 1000 close
}

@test "step 07: one who never reads freezes the room (the known defect)" {
    outcome_of freezes
}

@test "step 07: newcomers are guest-N, and all see who joins and leaves" {
    guests_join
}

@test "step 07: /nick gives a name, which all see" {
    takes_a_name
}

@test "step 07: a name has 1 to 20 characters" {
    name_is_1_to_20_characters
}

@test "step 07: a name is of letters, digits, - and _: nothing invisible, no space, no star" {
    name_is_of_letters
}

@test "step 07: a name is cleaned as a line is" {
    name_is_cleaned
}

@test "step 07: a name is taken in upper and lower case, but for its owner" {
    name_is_taken
}

@test "step 07: the name of one who left is free at once" {
    name_is_free_again
}

@test "step 07: a newcomer gets no guest-N that somebody took as a name" {
    guest_is_skipped
}

@test "step 07: /who lists all who are here, and nobody who left" {
    who_is_here
}

@test "step 07: /quit ends the connection, and what follows it is ignored" {
    quits
}

@test "step 07: an unknown command is answered to its sender alone" {
    unknown_command
}

@test "step 07: nobody can forge a notice" {
    no_forged_notice
}

@test "step 07: commands and lines of one segment keep their order" {
    keeps_the_order_of_a_segment
}

@test "step 07: joins, leaves and new names come in the same order to all" {
    one_order_of_notices
}

@test "step 07: one can take part with nc" {
    works_with_nc
}

@test "step 07: one can take part with socat" {
    works_with_socat
}

@test "step 07: a connection on which send() fails is given up and closed" {
    gives_up
}
