"""What is said of mistakes about people: signing in, passwords, the second factor, invitations, keys (pure)."""

from trace.mistake_words import say

PEOPLE_SAYINGS = (
    say(
        r"Expected an address and its password, got two that do not belong together\.",
        "The address or the password is wrong. Capitals count in the password.",
        "邮箱或密码不正确。请注意密码区分大小写。",
    ),
    say(
        r"There were too many attempts\. Try again in (?P<minutes>\d+) minutes\.",
        "There were too many attempts. Wait {minutes} min, then try again.",
        "尝试次数过多，请在 {minutes} 分钟后再试。",
    ),
    say(
        r"Too many people sign in at this moment\. Try again in a few seconds\.",
        None,
        "此刻登录的人较多，请过几秒再试。",
    ),
    say(
        r"Expected the six digits that your telephone shows now, each once; got others\. Is its clock right\?",
        "These are not the six digits that your telephone shows now, or they were used already. Wait for the next "
        "ones; if they are refused too, set the telephone's clock.",
        "六位数字不正确，或者已经用过。请等手机显示下一组再输入；若仍不正确，请校准手机时间。",
    ),
    say(
        r"Expected a password of (?P<least>\d+) to (?P<most>\d+) characters, got (?P<length>\d+)\.",
        "The password has {length} characters. Choose one of {least} to {most}; several unrelated words are good.",
        "密码应为 {least} 至 {most} 个字符，现为 {length} 个。可以用几个互不相关的词组成。",
    ),
    say(
        r"Expected a password that others do not guess, got a common one\. Several unrelated words are good\.",
        "Others would guess this password. Choose several unrelated words.",
        "这个密码容易被猜到，请换一个。可以用几个互不相关的词组成。",
    ),
    say(
        r"Expected the same password once more, got another one\.",
        "The two passwords differ. Type the same one twice.",
        "两次输入的密码不一致，请重新输入。",
    ),
    say(
        r"Expected your present password, got another one\.",
        "Your present password is wrong. Nothing was changed.",
        "当前密码不正确，没有作任何更改。",
    ),
    say(
        r"This link was used already(, or is over)?\. Ask for a new one\.",
        "This link was used already, or is over. Ask for a new one.",
        "此链接已经用过或已过期，请重新索取。",
    ),
    say(
        r"This form is too old, or did not come from this site\. Open the page again and send it anew\.",
        None,
        "此表单已失效，或不是从本网站提交的。请重新打开页面后再提交。",
    ),
    say(
        r"Expected fields of characters, got U\+0000\.",
        "A field holds a character that cannot be kept. Delete what you pasted, and type it.",
        "填写的内容中有无法保存的字符，请删去后重新输入。",
    ),
    say(
        r"You are not signed in, or were signed out\. Sign in, then send it again\.",
        None,
        "您尚未登录或已退出登录。请登录后重新提交。",
    ),
    say(
        r"This page is for administrators of a firm\.",
        None,
        "本页仅供企业管理员使用。如有需要，请联系本企业管理员。",
    ),
    say(
        r"This page is for .*; you are signed in as \w+\.",
        "This page is not for your role. The navigation shows what is.",
        "您的身份不能使用本页，可用的功能请见导航。",
    ),
    say(
        r"Cannot read '.*' as mail address: .*",
        "This is not a mail address. Write it like name@example.com.",
        "邮箱地址格式不正确，请按 name@example.com 的样子填写。",
    ),
    say(
        r"Expected a name of 1 to 200 characters, got .*\.",
        "Write a name of 1 to 200 characters.",
        "请填写姓名，1 至 200 个字符。",
    ),
    say(
        r"Expected an address without an account, got one that has one\.",
        "This address has an account already. Find the person in the list, or use another address.",
        "该邮箱已有账户。请在列表中查找此人，或换一个邮箱。",
    ),
    say(
        r"Expected the firm or authority (to which the person belongs|whose key it is), got none\.",
        "Write the code of the firm or authority.",
        "请填写所属企业或机构的编码。",
    ),
    say(
        r"Nobody of yours has this number\.",
        "There is no such person among those whom you manage.",
        "您管理的人员中没有此人。",
    ),
    say(
        r"Expected another person: nobody (ends his own account|changes his own rights|makes himself a link)\.",
        "You cannot do this to your own account. Ask another administrator.",
        "不能对自己的账户这样操作，请由另一位管理员办理。",
    ),
    say(
        r"Expected a person of a company: authorities have no administrators of their own\.",
        "Only a firm's people can be its administrators.",
        "只有企业人员才能设为企业管理员。",
    ),
    say(
        r"Expected a person with an account, got one whose account ended\.",
        "This account has ended. Invite the person anew, under another address.",
        "该账户已停用。如需恢复使用，请用另一个邮箱重新邀请。",
    ),
    say(
        r"Expected no second factor yet, got one that is set up\.",
        "Your second factor is set up already.",
        "您已设置第二重验证。",
    ),
    say(
        r"Expected a second factor that is set up, got none\.",
        "Set up the second factor first.",
        "请先设置第二重验证。",
    ),
    say(
        r"Expected somebody who may do without a second factor, got one of whom it is demanded\.",
        "Your role demands a second factor. To change the telephone, ask an administrator to begin anew.",
        "您的身份必须使用第二重验证。如需更换手机，请联系管理员重新设置。",
    ),
    say(
        r"Expected what the key is for, in 1 to 200 characters\.",
        "Write what the key is for, in 1 to 200 characters.",
        "请填写密钥的用途，1 至 200 个字符。",
    ),
    say(
        r"Expected at most (?P<most>\d+) living keys of one firm\. End one that is not used any more\.",
        None,
        "一家企业最多有 {most} 个有效密钥，请先停用不再使用的。",
    ),
    say(r"No living key of yours begins like that\.", None, "您没有以此开头的有效密钥。"),
    say(
        r"Expected a sign-in that was begun in this browser a moment ago\. Begin anew\.",
        "This sign-in was not begun in this browser, or too long ago. Begin anew.",
        "这次登录不是刚才在此浏览器中发起的，请重新登录。",
    ),
    say(
        r"Nobody with this account was invited\. Ask the administrator of your firm, or the operator\.",
        None,
        "此账户未获邀请，请联系本企业管理员或本服务运营者。",
    ),
    say(
        r"The provider cannot be reached\. Sign in with your password, or try again\.",
        None,
        "暂时无法连接贵单位的登录服务。请用密码登录，或稍后再试。",
    ),
    say(
        r"The provider (does not say where to sign in|names itself otherwise than it was set up here)\.",
        "The provider's answer is not the one that was set up here. Tell the operator of this service.",
        "登录服务的应答与本服务的设置不符，请告知本服务运营者。",
    ),
    say(
        r"No provider is set up here\. Sign in with your password\.",
        None,
        "本服务未接入单位统一登录，请用密码登录。",
    ),
    say(
        r"This call could not be put on record\. Nothing was done or told; try again\.",
        None,
        "操作记录未能保存，因此没有执行。请重试。",
    ),
)
