#!/usr/bin/env bats
# Step 11: who speaks in a quiet room sends at once, and nothing is copied.
load lib/helpers
export STEP=11
load lib/chat

# These take their time, beside the others.
setup_file() {
    begin drops_the_deaf loses_nothing deaf_flooder deaf_asks slow_but_steady \
        name_of_the_dropped rests_below_its_limit
}

@test "step 11: what one says all others hear, and the speaker does not" {
    says_to_all_others
}

@test "step 11: the order of lines is the same for all" {
    one_order_of_lines
}

@test "step 11: the client prints while its person types" {
    prints_while_one_types
}

@test "step 11: at the end of input the client prints the rest and ends well" {
    prints_the_rest
}

@test "step 11: what was typed before the end of input arrives" {
    leaves_at_the_end_of_input
}

@test "step 11: the client says when the server goes first, and ends well" {
    server_goes_first
}

@test "step 11: the client says when the server is cut off, and fails" {
    server_resets
}

@test "step 11: lines may be cut into any segments" {
    any_segments
}

@test "step 11: a line over 1024 bytes is answered to its sender alone, and skipped" {
    too_long
}

@test "step 11: control characters are taken out, invalid UTF-8 becomes ?" {
    cleans_text
}

@test "step 11: after a half-close the unfinished last line is passed on too" {
    unfinished_last_line
}

@test "step 11: of ten clients the last may talk first" {
    last_of_ten_first
}

@test "step 11: two who reset in mid-broadcast disturb nobody" {
    reset_in_mid_broadcast
}

@test "step 11: one who resets in mid-line disturbs nobody" {
    reset_in_mid_line
}

@test "step 11: one who says nothing disturbs nobody" {
    silent_client
}

@test "step 11: 1,000 who come and go leave no descriptor and no thread behind" {
    quick_connects 1000 close
}

@test "step 11: newcomers are guest-N, and all see who joins and leaves" {
    guests_join
}

@test "step 11: /nick gives a name, which all see" {
    takes_a_name
}

@test "step 11: a name has 1 to 20 characters" {
    name_is_1_to_20_characters
}

@test "step 11: a name is of letters, digits, - and _: nothing invisible, no space, no star" {
    name_is_of_letters
}

@test "step 11: a name is cleaned as a line is" {
    name_is_cleaned
}

@test "step 11: a name is taken in upper and lower case, but for its owner" {
    name_is_taken
}

@test "step 11: the name of one who left is free at once" {
    name_is_free_again
}

@test "step 11: a newcomer gets no guest-N that somebody took as a name" {
    guest_is_skipped
}

@test "step 11: /who lists all who are here, and nobody who left" {
    who_is_here
}

@test "step 11: /quit ends the connection, and what follows it is ignored" {
    quits
}

@test "step 11: an unknown command is answered to its sender alone" {
    unknown_command
}

@test "step 11: nobody can forge a notice" {
    no_forged_notice
}

@test "step 11: commands and lines of one segment keep their order" {
    keeps_the_order_of_a_segment
}

@test "step 11: joins, leaves and new names come in the same order to all" {
    one_order_of_notices
}

@test "step 11: one can take part with nc" {
    works_with_nc
}

@test "step 11: one can take part with socat" {
    works_with_socat
}

@test "step 11: a connection on which send() fails is given up and closed" {
    gives_up
}

@test "step 11: one who never reads is dropped, the others get all in order" {
    outcome_of drops_the_deaf
}

@test "step 11: a flood among people who read loses nothing" {
    outcome_of loses_nothing
}

@test "step 11: one who floods and never reads takes nothing from the others" {
    outcome_of deaf_flooder
}

@test "step 11: one who speaks alone wakes no other thread" {
    wakes_nobody
}

@test "step 11: many lines of one alone leave together" {
    puts_together
}

@test "step 11: one who asks and takes no answer is in nobody's way" {
    outcome_of deaf_asks
}

@test "step 11: one who reads slowly while others flood is dropped, and they go on" {
    outcome_of slow_but_steady
}

@test "step 11: the name of one who is dropped is free when all have heard of it" {
    outcome_of name_of_the_dropped
}

@test "step 11: a limit that is lowered lets it rest, and it goes on" {
    outcome_of rests_below_its_limit
}
