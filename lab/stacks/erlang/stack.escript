%% Says what ejabberd's p1_sip (esip) makes of the response on standard input: escript stack.escript.
%%! -noinput
-include_lib("p1_sip/include/esip.hrl").

main(_) ->
    {ok, Input} = file:open("/dev/stdin", [read, raw, binary]),
    Decoded = try esip_codec:decode(read(Input, <<>>)) catch _:_ -> error end,
    io:put_chars([verdict(Decoded), "\n"]).

read(Input, Octets) ->
    case file:read(Input, 65536) of
        eof -> Octets;
        {ok, More} -> read(Input, <<Octets/binary, More/binary>>)
    end.

verdict({ok, #sip{type = response, status = Code, reason = Phrase}}) ->
    Hex = [io_lib:format("~2.16.0b", [Octet]) || <<Octet>> <= iolist_to_binary([Phrase])],
    io_lib:format("accept:~b:~s", [Code, Hex]);
verdict({ok, #sip{type = request}}) -> "request";
verdict(_) -> "reject".
