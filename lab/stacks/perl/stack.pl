# Says what Net::SIP of CPAN makes of the response on standard input: `perl stack.pl`.
use strict;
use warnings;
use Net::SIP;

binmode STDIN;
my $octets = do { local $/; <STDIN> };
my ( $code, $phrase, $is_response ) = eval {
    my $packet = Net::SIP::Packet->new_from_string($octets);
    ( ( $packet->as_parts )[ 0, 1 ], $packet->is_response );
};
if ( !defined $code ) {
    print "reject\n";
} elsif ( !$is_response ) {
    print "request\n";
} else {
    print "accept:$code:", unpack( 'H*', $phrase ), "\n";
}
