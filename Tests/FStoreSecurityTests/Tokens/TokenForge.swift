@testable import FStoreSecurity

/// Makes access tokens, honest and forged, from the parts that are given.
struct TokenForge {
    static let secret = [UInt8](1...32)
    /// What ``token(header:claims:secret:)`` says without other claims.
    static let honestClaims =
        #"{"iss":"fstore","aud":"fstore","sub":"usr_ann1","sid":"ses_5","iat":1700000000,"nbf":1700000000,"#
        + #""exp":1700003600,"jti":"tok_9"}"#
    static let honestHeader = #"{"alg":"HS256","kid":"k1","typ":"at+jwt"}"#

    /// A token whose signature is right, whatever it says.
    static func token(
        header: String = honestHeader,
        claims: String = honestClaims,
        secret: [UInt8] = secret
    ) -> String {
        let signed = encoded(header) + "." + encoded(claims)
        return signed + "." + signature(of: signed, secret: secret)
    }

    static func signature(of signed: String, secret: [UInt8] = secret) -> String {
        guard let key = SealingKey(secret) else { return "" }
        return Base64URL.text(of: HMAC.code(of: Array(signed.utf8).span, key: key))
    }

    static func encoded(_ text: String) -> String {
        Base64URL.text(of: Array(text.utf8))
    }

    /// The honest claims with one text in place of another.
    static func claims(_ old: String, _ new: String) -> String {
        honestClaims.replacing(old, with: new)
    }

    /// The honest header with more members before its end, or with others.
    static func header(_ old: String, _ new: String) -> String {
        honestHeader.replacing(old, with: new)
    }
}
