// EV Load Manager: made by script/build-panel from sources ca1e1de0bf0c
var P0=Object.defineProperty;var T0=Object.getOwnPropertyDescriptor;var s=(L,V,C,H)=>{for(var e=H>1?void 0:H?T0(V,C):V,r=L.length-1,i;r>=0;r--)(i=L[r])&&(e=(H?i(V,C,e):i(e))||e);return H&&e&&P0(V,C,e),e};var w5="M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z";var r1="M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z";var y5="M11,4H13V16L18.5,10.5L19.92,11.92L12,19.84L4.08,11.92L5.5,10.5L11,16V4Z";var _5="M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z";var O5="M13,20H11V8L5.5,13.5L4.08,12.08L12,4.16L19.92,12.08L18.5,13.5L13,8V20Z";var e2="M5,11L6.5,6.5H17.5L19,11M17.5,16A1.5,1.5 0 0,1 16,14.5A1.5,1.5 0 0,1 17.5,13A1.5,1.5 0 0,1 19,14.5A1.5,1.5 0 0,1 17.5,16M6.5,16A1.5,1.5 0 0,1 5,14.5A1.5,1.5 0 0,1 6.5,13A1.5,1.5 0 0,1 8,14.5A1.5,1.5 0 0,1 6.5,16M18.92,6C18.72,5.42 18.16,5 17.5,5H6.5C5.84,5 5.28,5.42 5.08,6L3,12V20A1,1 0 0,0 4,21H5A1,1 0 0,0 6,20V19H18V20A1,1 0 0,0 19,21H20A1,1 0 0,0 21,20V12L18.92,6Z";var P1="M20.5,19.85L6.41,5.76L2.41,1.76L1.11,3L4.57,6.46L3,11V19A1,1 0 0,0 4,20H5A1,1 0 0,0 6,19V18H16.11L20.84,22.73L22.11,21.46L20.5,19.85M6.5,15A1.5,1.5 0 0,1 5,13.5A1.5,1.5 0 0,1 6.5,12A1.5,1.5 0 0,1 8,13.5A1.5,1.5 0 0,1 6.5,15M5,10L5.78,7.67L8.11,10H5M17.5,5.5L19,10H13.2L16.12,12.92C16.5,12.17 17.37,11.86 18.12,12.21C18.87,12.57 19.18,13.47 18.83,14.21C18.68,14.5 18.43,14.77 18.12,14.92L21,17.8V11L18.92,5C18.71,4.4 18.14,4 17.5,4H7.2L8.7,5.5H17.5Z";var V2="M16,11.78L20.24,4.45L21.97,5.45L16.74,14.5L10.23,10.75L5.46,19H22V21H2V3H4V17.54L9.5,8L16,11.78Z";var $5="M21,7L9,19L3.5,13.5L4.91,12.09L9,16.17L19.59,5.59L21,7Z";var S1="M12 2C6.5 2 2 6.5 2 12S6.5 22 12 22 22 17.5 22 12 17.5 2 12 2M10 17L5 12L6.41 10.59L10 14.17L17.59 6.58L19 8L10 17Z";var P5="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var T5="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var B5="M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z";var R5="M12,2C17.53,2 22,6.47 22,12C22,17.53 17.53,22 12,22C6.47,22 2,17.53 2,12C2,6.47 6.47,2 12,2M15.59,7L12,10.59L8.41,7L7,8.41L10.59,12L7,15.59L8.41,17L12,13.41L15.59,17L17,15.59L13.41,12L17,8.41L15.59,7Z";var L2="M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z";var F5="M21.4 7.5C22.2 8.3 22.2 9.6 21.4 10.3L18.6 13.1L10.8 5.3L13.6 2.5C14.4 1.7 15.7 1.7 16.4 2.5L18.2 4.3L21.2 1.3L22.6 2.7L19.6 5.7L21.4 7.5M15.6 13.3L14.2 11.9L11.4 14.7L9.3 12.6L12.1 9.8L10.7 8.4L7.9 11.2L6.4 9.8L3.6 12.6C2.8 13.4 2.8 14.7 3.6 15.4L5.4 17.2L1.4 21.2L2.8 22.6L6.8 18.6L8.6 20.4C9.4 21.2 10.7 21.2 11.4 20.4L14.2 17.6L12.8 16.2L15.6 13.3Z";var T1="M5,20H19V18H5M19,9H15V3H9V9H5L12,16L19,9Z";var a1="M19.77,7.23L19.78,7.22L16.06,3.5L15,4.56L17.11,6.67C16.17,7.03 15.5,7.93 15.5,9A2.5,2.5 0 0,0 18,11.5C18.36,11.5 18.69,11.42 19,11.29V18.5A1,1 0 0,1 18,19.5A1,1 0 0,1 17,18.5V14A2,2 0 0,0 15,12H14V5A2,2 0 0,0 12,3H6A2,2 0 0,0 4,5V21H14V13.5H15.5V18.5A2.5,2.5 0 0,0 18,21A2.5,2.5 0 0,0 20.5,18.5V9C20.5,8.31 20.22,7.68 19.77,7.23M18,10A1,1 0 0,1 17,9A1,1 0 0,1 18,8A1,1 0 0,1 19,9A1,1 0 0,1 18,10M8,18V13.5H6L10,6V11H12L8,18Z";var D5="M6,2A2,2 0 0,0 4,4V20A2,2 0 0,0 6,22H18A2,2 0 0,0 20,20V8L14,2H6M6,4H13V9H18V20H6V4M8,12V14H16V12H8M8,16V18H13V16H8Z";var E5="M7,5H21V7H7V5M7,13V11H21V13H7M4,4.5A1.5,1.5 0 0,1 5.5,6A1.5,1.5 0 0,1 4,7.5A1.5,1.5 0 0,1 2.5,6A1.5,1.5 0 0,1 4,4.5M4,10.5A1.5,1.5 0 0,1 5.5,12A1.5,1.5 0 0,1 4,13.5A1.5,1.5 0 0,1 2.5,12A1.5,1.5 0 0,1 4,10.5M7,19V17H21V19H7M4,16.5A1.5,1.5 0 0,1 5.5,18A1.5,1.5 0 0,1 4,19.5A1.5,1.5 0 0,1 2.5,18A1.5,1.5 0 0,1 4,16.5Z";var j5="M11,18H13V16H11V18M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,6A4,4 0 0,0 8,10H10A2,2 0 0,1 12,8A2,2 0 0,1 14,10C14,12 11,11.75 11,15H13C13,12.75 16,12.5 16,10A4,4 0 0,0 12,6Z";var I5="M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M3,13V18L3,20H10V18H5V13H3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M14,15H20V19H14V15Z",W5="M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M3.88,13.46L2.46,14.88L4.59,17L2.46,19.12L3.88,20.54L6,18.41L8.12,20.54L9.54,19.12L7.41,17L9.54,14.88L8.12,13.46L6,15.59L3.88,13.46M14,15H20V19H14V15Z";var N5="M10.59,13.41C11,13.8 11,14.44 10.59,14.83C10.2,15.22 9.56,15.22 9.17,14.83C7.22,12.88 7.22,9.71 9.17,7.76V7.76L12.71,4.22C14.66,2.27 17.83,2.27 19.78,4.22C21.73,6.17 21.73,9.34 19.78,11.29L18.29,12.78C18.3,11.96 18.17,11.14 17.89,10.36L18.36,9.88C19.54,8.71 19.54,6.81 18.36,5.64C17.19,4.46 15.29,4.46 14.12,5.64L10.59,9.17C9.41,10.34 9.41,12.24 10.59,13.41M13.41,9.17C13.8,8.78 14.44,8.78 14.83,9.17C16.78,11.12 16.78,14.29 14.83,16.24V16.24L11.29,19.78C9.34,21.73 6.17,21.73 4.22,19.78C2.27,17.83 2.27,14.66 4.22,12.71L5.71,11.22C5.7,12.04 5.83,12.86 6.11,13.65L5.64,14.12C4.46,15.29 4.46,17.19 5.64,18.36C6.81,19.54 8.71,19.54 9.88,18.36L13.41,14.83C14.59,13.66 14.59,11.76 13.41,10.59C13,10.2 13,9.56 13.41,9.17Z";var z5="M9.5,3A6.5,6.5 0 0,1 16,9.5C16,11.11 15.41,12.59 14.44,13.73L14.71,14H15.5L20.5,19L19,20.5L14,15.5V14.71L13.73,14.44C12.59,15.41 11.11,16 9.5,16A6.5,6.5 0 0,1 3,9.5A6.5,6.5 0 0,1 9.5,3M9.5,5C7,5 5,7 5,9.5C5,12 7,14 9.5,14C12,14 14,12 14,9.5C14,7 12,5 9.5,5Z";var G5="M3,6H21V8H3V6M3,11H21V13H3V11M3,16H21V18H3V16Z";var U5="M12 2C7.04 2 3 6.04 3 11C3 14.91 5.5 18.24 9 19.47V22H11V19.94C11.33 20 11.66 20 12 20S12.67 20 13 19.94V22H15V19.47C18.5 18.23 21 14.9 21 11C21 6.04 16.96 2 12 2M14.25 14L11.25 17L9.75 15.5L11 14.25L9.75 13L12.75 10L14.25 11.5L13 12.75L14.25 14M16 9H8V7H16V9Z",K5="M21 11C21 6.03 16.97 2 12 2S3 6.03 3 11C3 14.92 5.5 18.24 9 19.5V22H11V19.94C11.33 20 11.66 20 12 20S12.67 20 13 19.94V22H15V19.5C18.5 18.24 21 14.92 21 11M12 18C8.14 18 5 14.86 5 11S8.14 4 12 4 19 7.14 19 11 15.86 18 12 18M8 7H16V9H8V7M12.75 10L9.75 13L11 14.25L9.75 15.5L11.25 17L14.25 14L13 12.75L14.25 11.5L12.75 10Z";var r2="M14,19H18V5H14M6,19H10V5H6V19Z";var t2="M8,5.14V19.14L19,12.14L8,5.14Z";var Q5="M16.56,5.44L15.11,6.89C16.84,7.94 18,9.83 18,12A6,6 0 0,1 12,18A6,6 0 0,1 6,12C6,9.83 7.16,7.94 8.88,6.88L7.44,5.44C5.36,6.88 4,9.28 4,12A8,8 0 0,0 12,20A8,8 0 0,0 20,12C20,9.28 18.64,6.88 16.56,5.44M13,3H11V13H13";var q5="M19.5 3.5L18 2L16.5 3.5L15 2L13.5 3.5L12 2L10.5 3.5L9 2L7.5 3.5L6 2L4.5 3.5L3 2V22L4.5 20.5L6 22L7.5 20.5L9 22L10.5 20.5L12 22L13.5 20.5L15 22L16.5 20.5L18 22L19.5 20.5L21 22V2L19.5 3.5M19 19H5V5H19V19M6 15H18V17H6M6 11H18V13H6M6 7H18V9H6V7Z";var J5="M17.65,6.35C16.2,4.9 14.21,4 12,4A8,8 0 0,0 4,12A8,8 0 0,0 12,20C15.73,20 18.84,17.45 19.73,14H17.65C16.83,16.33 14.61,18 12,18A6,6 0 0,1 6,12A6,6 0 0,1 12,6C13.66,6 15.14,6.69 16.22,7.78L13,11H20V4L17.65,6.35Z";var X5="M16,18H18V6H16M6,18L14.5,12L6,6V18Z";var Y5="M13,14C9.64,14 8.54,15.35 8.18,16.24C9.25,16.7 10,17.76 10,19A3,3 0 0,1 7,22A3,3 0 0,1 4,19C4,17.69 4.83,16.58 6,16.17V7.83C4.83,7.42 4,6.31 4,5A3,3 0 0,1 7,2A3,3 0 0,1 10,5C10,6.31 9.17,7.42 8,7.83V13.12C8.88,12.47 10.16,12 12,12C14.67,12 15.56,10.66 15.85,9.77C14.77,9.32 14,8.25 14,7A3,3 0 0,1 17,4A3,3 0 0,1 20,7C20,8.34 19.12,9.5 17.91,9.86C17.65,11.29 16.68,14 13,14M7,18A1,1 0 0,0 6,19A1,1 0 0,0 7,20A1,1 0 0,0 8,19A1,1 0 0,0 7,18M7,4A1,1 0 0,0 6,5A1,1 0 0,0 7,6A1,1 0 0,0 8,5A1,1 0 0,0 7,4M17,6A1,1 0 0,0 16,7A1,1 0 0,0 17,8A1,1 0 0,0 18,7A1,1 0 0,0 17,6Z";var C3="M18 22H6V16L10 12L6 8V2H18V8L14 12L18 16M8 7.5L12 11.5L16 7.5V4H8M12 12.5L8 16.5V20H16V16.5M14 18H10V17.2L12 15.2L14 17.2Z";var i2="M8.28,5.45L6.5,4.55L7.76,2H16.23L17.5,4.55L15.72,5.44L15,4H9L8.28,5.45M18.62,8H14.09L13.3,5H10.7L9.91,8H5.38L4.1,10.55L5.89,11.44L6.62,10H17.38L18.1,11.45L19.89,10.56L18.62,8M17.77,22H15.7L15.46,21.1L12,15.9L8.53,21.1L8.3,22H6.23L9.12,11H11.19L10.83,12.35L12,14.1L13.16,12.35L12.81,11H14.88L17.77,22M11.4,15L10.5,13.65L9.32,18.13L11.4,15M14.68,18.12L13.5,13.64L12.6,15L14.68,18.12Z";var M1="M9,3V4H4V6H5V19A2,2 0 0,0 7,21H17A2,2 0 0,0 19,19V6H20V4H15V3H9M7,6H17V19H7V6M9,8V17H11V8H9M13,8V17H15V8H13Z";var H3="M2,5V19H8V5H2M9,5V10H15V5H9M16,5V14H22V5H16M9,11V19H15V11H9M16,15V19H22V15H16Z";var a2=globalThis,M2=a2.ShadowRoot&&(a2.ShadyCSS===void 0||a2.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Y2=Symbol(),e3=new WeakMap,W1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==Y2)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(M2&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=e3.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&e3.set(C,V))}return V}toString(){return this.cssText}},V3=L=>new W1(typeof L=="string"?L:L+"",void 0,Y2),g=(L,...V)=>{let C=L.length===1?L[0]:V.reduce((H,e,r)=>H+(i=>{if(i._$cssResult$===!0)return i.cssText;if(typeof i=="number")return i;throw Error("Value passed to 'css' function must be a 'css' function result: "+i+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(e)+L[r+1],L[0]);return new W1(C,L,Y2)},L3=(L,V)=>{if(M2)L.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),e=a2.litNonce;e!==void 0&&H.setAttribute("nonce",e),H.textContent=C.cssText,L.appendChild(H)}},C5=M2?L=>L:L=>L instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return V3(C)})(L):L;var{is:B0,defineProperty:R0,getOwnPropertyDescriptor:F0,getOwnPropertyNames:D0,getOwnPropertySymbols:E0,getPrototypeOf:j0}=Object,o2=globalThis,r3=o2.trustedTypes,I0=r3?r3.emptyScript:"",W0=o2.reactiveElementPolyfillSupport,N1=(L,V)=>L,z1={toAttribute(L,V){switch(V){case Boolean:L=L?I0:null;break;case Object:case Array:L=L==null?L:JSON.stringify(L)}return L},fromAttribute(L,V){let C=L;switch(V){case Boolean:C=L!==null;break;case Number:C=L===null?null:Number(L);break;case Object:case Array:try{C=JSON.parse(L)}catch{C=null}}return C}},n2=(L,V)=>!B0(L,V),t3={attribute:!0,type:String,converter:z1,reflect:!1,useDefault:!1,hasChanged:n2};Symbol.metadata??=Symbol("metadata"),o2.litPropertyMetadata??=new WeakMap;var o1=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=t3){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),e=this.getPropertyDescriptor(V,H,C);e!==void 0&&R0(this.prototype,V,e)}}static getPropertyDescriptor(V,C,H){let{get:e,set:r}=F0(this.prototype,V)??{get(){return this[C]},set(i){this[C]=i}};return{get:e,set(i){let M=e?.call(this);r?.call(this,i),this.requestUpdate(V,M,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??t3}static _$Ei(){if(this.hasOwnProperty(N1("elementProperties")))return;let V=j0(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(N1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(N1("properties"))){let C=this.properties,H=[...D0(C),...E0(C)];for(let e of H)this.createProperty(e,C[e])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,e]of C)this.elementProperties.set(H,e)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let e=this._$Eu(C,H);e!==void 0&&this._$Eh.set(e,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let e of H)C.unshift(C5(e))}else V!==void 0&&C.push(C5(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return L3(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),e=this.constructor._$Eu(V,H);if(e!==void 0&&H.reflect===!0){let r=(H.converter?.toAttribute!==void 0?H.converter:z1).toAttribute(C,H.type);this._$Em=V,r==null?this.removeAttribute(e):this.setAttribute(e,r),this._$Em=null}}_$AK(V,C){let H=this.constructor,e=H._$Eh.get(V);if(e!==void 0&&this._$Em!==e){let r=H.getPropertyOptions(e),i=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:z1;this._$Em=e;let M=i.fromAttribute(C,r.type);this[e]=M??this._$Ej?.get(e)??M,this._$Em=null}}requestUpdate(V,C,H,e=!1,r){if(V!==void 0){let i=this.constructor;if(e===!1&&(r=this[V]),H??=i.getPropertyOptions(V),!((H.hasChanged??n2)(r,C)||H.useDefault&&H.reflect&&r===this._$Ej?.get(V)&&!this.hasAttribute(i._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:e,wrapped:r},i){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,i??C??this[V]),r!==!0||i!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),e===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,r]of this._$Ep)this[e]=r;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[e,r]of H){let{wrapped:i}=r,M=this[e];i!==!0||this._$AL.has(e)||M===void 0||this.C(e,void 0,r,M)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};o1.elementStyles=[],o1.shadowRootOptions={mode:"open"},o1[N1("elementProperties")]=new Map,o1[N1("finalized")]=new Map,W0?.({ReactiveElement:o1}),(o2.reactiveElementVersions??=[]).push("2.1.2");var e5=globalThis,i3=L=>L,s2=e5.trustedTypes,a3=s2?s2.createPolicy("lit-html",{createHTML:L=>L}):void 0,V5="$lit$",n1=`lit$${Math.random().toFixed(9).slice(2)}$`,L5="?"+n1,N0=`<${L5}>`,b1=document,U1=()=>b1.createComment(""),K1=L=>L===null||typeof L!="object"&&typeof L!="function",r5=Array.isArray,l3=L=>r5(L)||typeof L?.[Symbol.iterator]=="function",H5=`[ 	
\f\r]`,G1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,M3=/-->/g,o3=/>/g,f1=RegExp(`>|${H5}(?:([^\\s"'>=/]+)(${H5}*=${H5}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),n3=/'/g,s3=/"/g,A3=/^(?:script|style|textarea|title)$/i,t5=L=>(V,...C)=>({_$litType$:L,strings:V,values:C}),a=t5(1),z=t5(2),c4=t5(3),T=Symbol.for("lit-noChange"),n=Symbol.for("lit-nothing"),d3=new WeakMap,k1=b1.createTreeWalker(b1,129);function m3(L,V){if(!r5(L)||!L.hasOwnProperty("raw"))throw Error("invalid template strings array");return a3!==void 0?a3.createHTML(V):V}var p3=(L,V)=>{let C=L.length-1,H=[],e,r=V===2?"<svg>":V===3?"<math>":"",i=G1;for(let M=0;M<C;M++){let o=L[M],d,v,l=-1,m=0;for(;m<o.length&&(i.lastIndex=m,v=i.exec(o),v!==null);)m=i.lastIndex,i===G1?v[1]==="!--"?i=M3:v[1]!==void 0?i=o3:v[2]!==void 0?(A3.test(v[2])&&(e=RegExp("</"+v[2],"g")),i=f1):v[3]!==void 0&&(i=f1):i===f1?v[0]===">"?(i=e??G1,l=-1):v[1]===void 0?l=-2:(l=i.lastIndex-v[2].length,d=v[1],i=v[3]===void 0?f1:v[3]==='"'?s3:n3):i===s3||i===n3?i=f1:i===M3||i===o3?i=G1:(i=f1,e=void 0);let p=i===f1&&L[M+1].startsWith("/>")?" ":"";r+=i===G1?o+N0:l>=0?(H.push(d),o.slice(0,l)+V5+o.slice(l)+n1+p):o+n1+(l===-2?M:p)}return[m3(L,r+(L[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},Q1=class L{constructor({strings:V,_$litType$:C},H){let e;this.parts=[];let r=0,i=0,M=V.length-1,o=this.parts,[d,v]=p3(V,C);if(this.el=L.createElement(d,H),k1.currentNode=this.el.content,C===2||C===3){let l=this.el.content.firstChild;l.replaceWith(...l.childNodes)}for(;(e=k1.nextNode())!==null&&o.length<M;){if(e.nodeType===1){if(e.hasAttributes())for(let l of e.getAttributeNames())if(l.endsWith(V5)){let m=v[i++],p=e.getAttribute(l).split(n1),x=/([.?@])?(.*)/.exec(m);o.push({type:1,index:r,name:x[2],strings:p,ctor:x[1]==="."?l2:x[1]==="?"?A2:x[1]==="@"?m2:y1}),e.removeAttribute(l)}else l.startsWith(n1)&&(o.push({type:6,index:r}),e.removeAttribute(l));if(A3.test(e.tagName)){let l=e.textContent.split(n1),m=l.length-1;if(m>0){e.textContent=s2?s2.emptyScript:"";for(let p=0;p<m;p++)e.append(l[p],U1()),k1.nextNode(),o.push({type:2,index:++r});e.append(l[m],U1())}}}else if(e.nodeType===8)if(e.data===L5)o.push({type:2,index:r});else{let l=-1;for(;(l=e.data.indexOf(n1,l+1))!==-1;)o.push({type:7,index:r}),l+=n1.length-1}r++}}static createElement(V,C){let H=b1.createElement("template");return H.innerHTML=V,H}};function w1(L,V,C=L,H){if(V===T)return V;let e=H!==void 0?C._$Co?.[H]:C._$Cl,r=K1(V)?void 0:V._$litDirective$;return e?.constructor!==r&&(e?._$AO?.(!1),r===void 0?e=void 0:(e=new r(L),e._$AT(L,C,H)),H!==void 0?(C._$Co??=[])[H]=e:C._$Cl=e),e!==void 0&&(V=w1(L,e._$AS(L,V.values),e,H)),V}var d2=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,e=(V?.creationScope??b1).importNode(C,!0);k1.currentNode=e;let r=k1.nextNode(),i=0,M=0,o=H[0];for(;o!==void 0;){if(i===o.index){let d;o.type===2?d=new B1(r,r.nextSibling,this,V):o.type===1?d=new o.ctor(r,o.name,o.strings,this,V):o.type===6&&(d=new p2(r,this,V)),this._$AV.push(d),o=H[++M]}i!==o?.index&&(r=k1.nextNode(),i++)}return k1.currentNode=b1,e}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},B1=class L{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,e){this.type=2,this._$AH=n,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=e,this._$Cv=e?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=w1(this,V,C),K1(V)?V===n||V==null||V===""?(this._$AH!==n&&this._$AR(),this._$AH=n):V!==this._$AH&&V!==T&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):l3(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==n&&K1(this._$AH)?this._$AA.nextSibling.data=V:this.T(b1.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,e=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=Q1.createElement(m3(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===e)this._$AH.p(C);else{let r=new d2(e,this),i=r.u(this.options);r.p(C),this.T(i),this._$AH=r}}_$AC(V){let C=d3.get(V.strings);return C===void 0&&d3.set(V.strings,C=new Q1(V)),C}k(V){r5(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,e=0;for(let r of V)e===C.length?C.push(H=new L(this.O(U1()),this.O(U1()),this,this.options)):H=C[e],H._$AI(r),e++;e<C.length&&(this._$AR(H&&H._$AB.nextSibling,e),C.length=e)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=i3(V).nextSibling;i3(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},y1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,e,r){this.type=1,this._$AH=n,this._$AN=void 0,this.element=V,this.name=C,this._$AM=e,this.options=r,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=n}_$AI(V,C=this,H,e){let r=this.strings,i=!1;if(r===void 0)V=w1(this,V,C,0),i=!K1(V)||V!==this._$AH&&V!==T,i&&(this._$AH=V);else{let M=V,o,d;for(V=r[0],o=0;o<r.length-1;o++)d=w1(this,M[H+o],C,o),d===T&&(d=this._$AH[o]),i||=!K1(d)||d!==this._$AH[o],d===n?V=n:V!==n&&(V+=(d??"")+r[o+1]),this._$AH[o]=d}i&&!e&&this.j(V)}j(V){V===n?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},l2=class extends y1{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===n?void 0:V}},A2=class extends y1{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==n)}},m2=class extends y1{constructor(V,C,H,e,r){super(V,C,H,e,r),this.type=5}_$AI(V,C=this){if((V=w1(this,V,C,0)??n)===T)return;let H=this._$AH,e=V===n&&H!==n||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,r=V!==n&&(H===n||e);e&&this.element.removeEventListener(this.name,this,H),r&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},p2=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){w1(this,V)}},u3={M:V5,P:n1,A:L5,C:1,L:p3,R:d2,D:l3,V:w1,I:B1,H:y1,N:A2,U:m2,B:l2,F:p2},z0=e5.litHtmlPolyfillSupport;z0?.(Q1,B1),(e5.litHtmlVersions??=[]).push("3.3.3");var v3=(L,V,C)=>{let H=C?.renderBefore??V,e=H._$litPart$;if(e===void 0){let r=C?.renderBefore??null;H._$litPart$=e=new B1(V.insertBefore(U1(),r),r,void 0,C??{})}return e._$AI(L),e};var i5=globalThis,h=class extends o1{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=v3(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return T}};h._$litElement$=!0,h.finalized=!0,i5.litElementHydrateSupport?.({LitElement:h});var G0=i5.litElementPolyfillSupport;G0?.({LitElement:h});(i5.litElementVersions??=[]).push("4.2.2");var U0={attribute:!0,type:String,converter:z1,reflect:!1,hasChanged:n2},K0=(L=U0,V,C)=>{let{kind:H,metadata:e}=C,r=globalThis.litPropertyMetadata.get(e);if(r===void 0&&globalThis.litPropertyMetadata.set(e,r=new Map),H==="setter"&&((L=Object.create(L)).wrapped=!0),r.set(C.name,L),H==="accessor"){let{name:i}=C;return{set(M){let o=V.get.call(this);V.set.call(this,M),this.requestUpdate(i,o,L,!0,M)},init(M){return M!==void 0&&this.C(i,void 0,L,M),M}}}if(H==="setter"){let{name:i}=C;return function(M){let o=this[i];V.call(this,M),this.requestUpdate(i,o,L,!0,M)}}throw Error("Unsupported decorator location: "+H)};function A(L){return(V,C)=>typeof C=="object"?K0(L,V,C):((H,e,r)=>{let i=e.hasOwnProperty(r);return e.constructor.createProperty(r,H),i?Object.getOwnPropertyDescriptor(e,r):void 0})(L,V,C)}function u(L){return A({...L,state:!0,attribute:!1})}var S="ev_load_manager",c2=L=>L.callWS({type:`${S}/groups`}),x2=(L,V)=>L.callWS({type:`${S}/entities`,entry_id:V}),x3=(L,V)=>L.callWS({type:`${S}/windows`,entry_id:V}),h3=(L,V)=>L.callWS({type:`${S}/power_signals`,entry_id:V}),Z3=(L,V,C,H)=>L.callWS({type:`${S}/change_power`,entry_id:V,circuit:C,limit:H});async function a5(L,V){return(await L.callWS({type:"auth/sign_path",path:`/api/${S}/${V}`})).path}async function h2(L,V,C){let H=document.createElement("a");H.href=await a5(L,`${V}/${C}`),H.download="",H.click()}var Z2=(L,V)=>L.callWS({type:`${S}/safe_limit_log`,entry_id:V}),g3=(L,V,C)=>L.callWS({type:`${S}/recalculations`,entry_id:V,...C});function S3(L,V,{outlet:C,limit:H}){let e=C?.lastIndexOf("/")??0;return L.callWS({type:`${S}/happenings`,entry_id:V,limit:H,...C?{charger:C.slice(0,e),connector:Number(C.slice(e+1))}:{}})}var M5=(L,V,C)=>L.callWS({type:`${S}/change`,entry_id:V,...C}),g2=(L,V,C,H,e)=>L.callWS({type:`${S}/change_connector`,entry_id:V,charger:C,connector:H,...e}),f3=(L,V,C,H)=>L.callWS({type:`${S}/put_first_in_line`,entry_id:V,charger:C,connector:H}),k3=(L,V,C)=>L.callWS({type:`${S}/find_wiring`,entry_id:V,charger:C}),b3=(L,V)=>L.callWS({type:`${S}/tags`,entry_id:V}),w3=(L,V,C,H)=>L.callWS({type:`${S}/change_tags`,entry_id:V,everybody:C,tags:H}),y3=(L,V)=>L.callWS({type:`${S}/recipients`,entry_id:V}),_3=(L,V,C)=>L.callWS({type:`${S}/change_recipients`,entry_id:V,recipients:C}),O3=(L,V,C,H)=>L.callWS({type:`${S}/change_feeder`,entry_id:V,circuit:C,...H}),$3=L=>typeof L=="object"&&L!==null&&"message"in L;function y(L,V){if(!$3(V))return String(V);let{translation_domain:C,translation_key:H}=V;return(C&&H?L.localize(`component.${C}.exceptions.${H}.message`,V.translation_placeholders):"")||V.message}var c3=[1,1,2,5],v2=class{constructor(V,C,H,e){this.connection=V;this.entryId=C;this.tell=H;this.fail=e;this.stopped=!1;this.tries=0;this.again=()=>{this.end=void 0,this.tries=0,window.clearTimeout(this.timer),this.subscribe()};V.addEventListener("ready",this.again),this.subscribe()}stop(){this.stopped=!0,this.connection.removeEventListener("ready",this.again),window.clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async subscribe(){try{let V=await this.connection.subscribeMessage(C=>{this.stopped||this.tell(C)},{type:`${S}/subscribe`,entry_id:this.entryId},{resubscribe:!1});this.tries=0,this.stopped?await V().catch(()=>{}):this.end=V}catch(V){if(this.stopped)return;if($3(V)&&V.translation_key==="group_not_found"){this.tell({state:"removed"});return}this.fail(V);let C=c3[Math.min(this.tries++,c3.length-1)];this.timer=window.setTimeout(()=>{this.subscribe()},C*1e3)}}};function f(L,V){customElements.get(L)||customElements.define(L,V)}var c=L=>a`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${z`<path d=${L}></path>`}
  </svg>`;var K=(L,V,C,H=n)=>a`
  <div class="card">
    <div class="empty">
      ${c(L)}
      <h2>${V}</h2>
      <p class="quiet">${C}</p>
      ${H}
    </div>
  </div>
`;var R1=class{constructor(V){this.host=V;this.seen={state:"loading"};this.receivedAt=0;V.addController(this)}follow(V,C){let H=this.hass?.connection===V.connection;this.hass=V,!(this.follower&&this.followed===C&&H)&&(this.stop(),this.followed=C,this.seen={state:"loading"},this.follower=new v2(V.connection,C,e=>{this.receivedAt=performance.now(),this.seen=e,this.host.requestUpdate()},e=>{this.seen.state==="running"&&this.hass?.connected===!1||(this.seen={state:"unreachable",error:y(V,e)},this.host.requestUpdate())}))}get group(){return this.seen.state==="running"?this.seen.group:void 0}get now(){return(this.group?.now??0)+(performance.now()-this.receivedAt)/1e3}get wallClock(){return this.group?this.group.wall_clock*1e3+(performance.now()-this.receivedAt):Date.now()}hostConnected(){this.hass&&this.followed&&!this.follower&&this.follow(this.hass,this.followed)}hostDisconnected(){this.stop()}stop(){this.follower?.stop(),this.follower=void 0}};function w(L,V){return!V||L.connected!==V.connected||L.connection!==V.connection||L.locale!==V.locale||L.localize!==V.localize||L.themes!==V.themes||L.user!==V.user||L.config.components.length!==V.config.components.length}var Q="/ev-load-manager";function S2(L,V){let C=V.lastIndexOf("/");return`${Q}/${L}/outlet/${encodeURIComponent(V.slice(0,C))}/${V.slice(C+1)}`}function o5(L){let[,V,C,H,e]=L.split("/");if(!(!V||C!=="outlet"||!H))try{return{entryId:V,key:`${decodeURIComponent(H)}/${e||1}`}}catch{return}}var s1=L=>`/config/integrations/integration/${S}${L?`#config_entry=${L}`:""}`,P3="/config/repairs";function v1(L){history.pushState(null,"",L),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}var T3=`/config/integrations/dashboard/add?domain=${S}`;var B3={title:"E-Autos laden",tabs:{now:"Jetzt",history:"Verlauf",log:"Protokoll",settings:"Einstellungen",sessions:"Ladevorgänge"},menu:"Seitenleiste ein- oder ausblenden",group:"Gruppe",loading:"Wird geladen …",starting:"Startet",offline:"Nicht verbunden",status_unknown:"Noch nichts gehört",outlet:"{charger}, Ladepunkt {number}",reconnecting:"Die Verbindung zu Home Assistant ist getrennt. Was du siehst, ist von vorher; es geht weiter, sobald die Verbindung wieder da ist.",stopped:{title:"Diese Gruppe läuft nicht",text:"Bis sie wieder läuft, tun ihre Ladestationen, was sie von sich aus tun. Ihr Eintrag unter „Geräte & Dienste“ sagt, warum.",open:"„Geräte & Dienste“ öffnen"},removed:{title:"Diese Gruppe wurde entfernt",text:"Ihre Ladestationen tun, was sie von sich aus tun."},unreachable:{title:"Die Gruppe kann nicht angezeigt werden",text:"Home Assistant meldet: {error} Es wird von selbst erneut versucht."},no_groups:{title:"Noch keine Gruppe von Ladestationen",admin:"Eine Gruppe sind die Ladestationen, die sich eine Sicherung teilen. Füge EV Load Manager hinzu, gib den Nennstrom der Sicherung ein und lass die Ladestationen sich verbinden.",guest:"Ein Administrator kann unter „Geräte & Dienste“ eine hinzufügen.",add:"EV Load Manager hinzufügen"},no_chargers:{title:"Noch keine Ladestation in dieser Gruppe",text:"Gib in den Einstellungen der Ladestation diese Adresse für OCPP 1.6, 2.0.1 oder 2.1 ein, mit einer ID deiner Wahl am Ende:",then:"Wähle danach „Ladestation hinzufügen“: Es wird gewartet, bis die Ladestation sich verbunden hat.",add:"Ladestation hinzufügen",guest:"Ein Administrator kann unter „Geräte & Dienste“ Ladestationen hinzufügen."},circuits:"Stromkreise",circuit:{grid:"Netzanschluss",group:"Gruppe",feeder:"Zuleitung",charger:"Ladestation"},bars:{of:"{current} von {limit}",unknown:"unbekannt",headroom:"{current} frei",no_headroom:"nichts frei",over:"{current} zu viel",other_load:"Übrige Last",reserved:"Vorgehalten, nicht bezogen",unavailable:"Zurzeit nicht verfügbar",phase_of:"{name}, Phase {phase}",together:"{name}, alle Phasen zusammen: {drawn} von {limit}"},connector:{of_offered:"von {offered} angeboten",nothing_offered:"nichts angeboten",offered:"Angeboten",offered_help:"das Limit, das die Ladestation angenommen hat",limit:"Limit",limit_help:"was jetzt erlaubt ist",target:"Anteil",target_help:"was es bekommt, sobald die anderen gefolgt sind",reserved:"Vorgehalten",reserved_help:"dafür eingeplant, gleich wie viel bezogen wird",maximum:"Maximum",session:"{energy} in {time}",session_time:"seit {time}",id_tag:"ID-Tag",driver:"Fahrer",wiring:"Phasenbelegung",fallback:"Ohne Home Assistant",car:"Das Auto",car_needs:"braucht mindestens {current}",car_takes_less:"nimmt {current} weniger als angeboten",car_follows:"folgt innerhalb von {seconds} s",car_asks:"möchte {energy}",car_leaves:"möchte bis {time} losfahren",car_battery:"Akku bei {percent} %",details:"Details",details_of:"Details von {name}",pause:"Pausieren",pause_of:"Laden an {name} pausieren",first:"Als Nächstes",first_of:"{name} als Nächstes an die Reihe nehmen",is_first:"Kommt als Nächstes an die Reihe.",allow:"Laden lassen",allow_of:"{name} laden lassen",stale:"von vor dem Verbindungsabbruch",wiring_unknown:"nicht bekannt, darum zählen die Autos auf allen Phasen"},summary:{charging:{one:"{count} Auto lädt",other:"{count} Autos laden"},waiting:{one:"{count} Auto wartet",other:"{count} Autos warten"},idle:"Kein Auto lädt",temporary_limit:"{circuit} ist bis {until} auf {limit} begrenzt ({name}).",unknown:{one:"{count} unbekannte Ladestation möchte dazukommen",other:"{count} unbekannte Ladestationen möchten dazukommen"},see:"Nachsehen, wer es ist",wiring_hint:"{name} ist vielleicht anders angeschlossen, als die Einstellungen sagen.",see_wiring:"Phasenbelegung ansehen"},reason:{none:"Noch ist nichts entschieden.",no_car:"Es ist kein Auto eingesteckt.",not_started:"Ein Auto ist eingesteckt; das Laden hat noch nicht begonnen.",full_speed:"Nichts bremst das Auto: Es darf sein Maximum von {maximum} beziehen.",equal_share:"Das Auto teilt sich den Strom zu gleichen Teilen mit den anderen.",equal_share_where:"Das Auto teilt sich Phase {phase} von {circuit} zu gleichen Teilen mit den anderen.",minimum:"Es reicht nicht für alle: Jedes behält das Minimum.",minimum_where:"Auf Phase {phase} von {circuit} reicht es nicht für alle: Jedes behält das Minimum.",starting:"Das Auto hat gerade angefangen: Erst zeigt es, was es nutzen kann.",unused_current:"Das Auto nimmt weniger, als es haben könnte; der Rest geht an andere.",waiting_for_increase:"Das Auto bekommt gleich {target}: Zuerst gehen andere herunter.",too_little_to_start:"Zum Starten braucht das Auto mehr Strom, als für es da ist.",waiting_for_room:"Im Moment ist kein Strom für das Auto frei: Es lädt weiter, sobald eine Weile genug frei war.",waiting_for_room_where:"Auf Phase {phase} von {circuit} ist kein Strom frei: Das Auto lädt weiter, sobald eine Weile genug frei war.",short_pause:"Es ist wieder Strom frei: Nach einer kurzen Pause geht es weiter, weil ständiges Ein und Aus Autos und Schütze abnutzt.",waiting_for_turn:"Es reicht nicht für alle: Das Auto wartet, bis es an der Reihe ist.",limited_elsewhere:"Sein Kabel verträgt nicht mehr, oder seine Ladestation ist von anderer Seite begrenzt, etwa vom Netzbetreiber.",limited_elsewhere_by_cable:"Sein Kabel verträgt höchstens {elsewhere}.",limited_elsewhere_by_ems:"Ein anderes Energiemanagement begrenzt seine Ladestation auf {elsewhere}.",limited_elsewhere_by_so:"Der Netzbetreiber begrenzt seine Ladestation auf {elsewhere}.",limited_elsewhere_by_cso:"Ein früheres Ladesystem hat in seiner Ladestation eine Grenze von {elsewhere} hinterlassen, die sie nicht löscht.",limited_elsewhere_by_other:"Jemand anders begrenzt seine Ladestation auf {elsewhere}.",limited_unknown_by_ems:"Auch ein anderes Energiemanagement begrenzt seine Ladestation: Auf wie viel, sagt sie nicht.",limited_unknown_by_so:"Auch der Netzbetreiber begrenzt seine Ladestation: Auf wie viel, sagt sie nicht.",limited_unknown_by_other:"Auch jemand anders begrenzt seine Ladestation: Auf wie viel, sagt sie nicht.",finding_wiring:"Das Limit geht einige Minuten lang auf und ab, damit der Zähler zeigt, welche Phasen folgen.",limit_of_backend:"Das Abrechnungs-Backend der Ladestation erlaubt nicht mehr.",imbalance:"Mehr würde die Phase im Vergleich zu den anderen zu ungleich belasten.",waiting_for_turn_where:"Auf Phase {phase} von {circuit} reicht es nicht: Das Auto wartet, bis es an der Reihe ist.",paused_by_user:"Jemand hat das Laden pausiert.",car_full:"Das Auto ist voll oder nimmt aus anderen Gründen nichts ab.",car_paused:"Das Auto nimmt gerade nichts ab; sein Minimum wird ihm vorgehalten.",safe_limit:"Dem Zähler ist nicht zu trauen: Alle teilen sich das Sicherheitslimit.",temporary_limit:"Es gilt ein befristetes Limit: Das Auto teilt, was dieses übrig lässt.",temporary_limit_where:"Für {circuit} gilt ein befristetes Limit: Das Auto teilt sich davon Phase {phase}.",charger_offline:"Die Ladestation ist nicht verbunden: Sie tut, was sie von sich aus tut, und was sie beziehen könnte, bleibt für sie frei.",not_controllable:"Die Ladestation nimmt keine Limits an; die anderen lassen ihr Platz.",does_not_obey:"Bezieht mehr als erlaubt und wird mit dem gezählt, was bezogen wird.",over_limit:"Eine Phase ist über ihrem Limit: Es wird gesenkt, bis das wieder stimmt.",over_limit_where:"Phase {phase} von {circuit} ist über dem Limit: Es wird gesenkt, bis das wieder stimmt.",balancing_off:"Das Lastmanagement ist aus: Jeder darf das Maximum beziehen.",alone:"Das Auto bekommt allen Strom, der übrig ist.",alone_where:"Das Auto bekommt alles, was auf Phase {phase} von {circuit} übrig ist.",power_limit:"Es teilt sich {power}, die {circuit} über alle Phasen führen darf.",peak_limit:"Es hält das Mittel dieser {minutes} min unter {power}.",waiting_for_peak:"Es wartet, damit das Mittel dieser {minutes} min unter {power} bleibt.",temporary_power:"{circuit} ist für einige Zeit auf {power} begrenzt: es teilt sich, was das lässt."},next_turn:"Spätestens in {time} an der Reihe.",next_turn_now:"Jetzt an der Reihe.",cause:{starting:"Seit dem Start kein Messwert vom Zähler",silent:"Der Zähler war stumm",frozen:"Die Werte des Zählers änderten sich nicht",implausible:"Der Zähler zeigte unmögliche Werte"},history:{on_day:"Tag",where:"Gruppe oder Zuleitung",period:"Zeitraum",hour:"1 Stunde",six_hours:"6 Stunden",day:"1 Tag",week:"1 Woche",earlier:"Früher",later:"Später",chargers:"Strom aller Ladestationen",meter:"Strom am Netzanschluss",feeder_chargers:"Strom der Ladestationen an der Zuleitung",feeder_meter:"Strom der Zuleitung",other_load:"Übrige Last",maximum_current:"Limit",grid_maximum_current:"Netzlimit",safe_limit_period:"Sicherheitslimit",download:"Zählerwerte herunterladen (CSV)",no_recorder:"Home Assistant zeichnet keinen Verlauf auf",no_recorder_text:"Für die Diagramme werden die Integrationen Recorder und Verlauf gebraucht.",empty:"In diesem Zeitraum wurde nichts aufgezeichnet.",summary:"{name}: höchster Wert {highest}"},log:{safe_limit:"Sicherheitslimit",safe_limit_help:"Wann sich die Gruppe das Sicherheitslimit geteilt hat, weil dem Zähler nicht zu trauen war.",safe_limit_never:"Es wurde noch nie gebraucht.",safe_limit_no_meter:"Diese Gruppe hat keinen Zähler und braucht deshalb kein Sicherheitslimit.",start:"Beginn",end:"Ende",lasts:"dauert an",duration:"Dauer",cause:"Warum",limit:"Limit",recalculations:"Berechnungen",recalculations_help:"Jede Zahl, die in ein Limit einging und herauskam, für Fachleute. Der letzte Tag wird aufbewahrt.",recalculations_never:"Noch wurde nichts berechnet. Es beginnt mit dem ersten Auto.",all_chargers:"Alle Ladestationen",charger:"Ladestation",reload:"Neu laden",live:"Live",time:"Zeit",trigger:"Auslöser",mode:"Betriebsart",meter:"Zähler",other_load:"Übrige Last",available:"Verfügbar",result:"Limits",outlet:"Ladepunkt",status:"Status",measured:"Gemessen",offered:"Angeboten",new_limit:"Neues Limit",share:"Anteil",reason:"Grund",more:"Mehr anzeigen",details:"Details von {time}",modes:{off:"Aus",dynamic:"DLM",adaptive:"ALM",safe_limit:"Sicherheitslimit"},triggers:{capabilities:"Fähigkeiten der Ladestation",connection:"Verbindung",connector:"Ladepunkte",find_wiring:"Suche nach der Phasenbelegung",first_in_line:"jemand kam als Nächstes an die Reihe",identity:"Identität der Ladestation",report:"Bericht der Ladestation",limit:"Limit angenommen",meter:"Zähler",settings:"Einstellungen",status:"Status",temporary_limit:"Ende eines befristeten Limits",time:"eine Wartezeit ist um",transaction:"Ladevorgang",values:"Werte der Ladestation",wiring:"Phasenbelegung bestätigt",answered:"Antwort an eine Ladestation"},signals:"Signale des Netzes",signals_help:"Limits in kW, die ein Netzbetreiber, eine Automation oder eine Zahl verlangt hat, und was aus ihnen wurde. Sie werden zwei Jahre aufbewahrt.",signals_never:"Es gab noch keines.",signals_who:"Verlangt von",signals_where:"Gilt für",signals_before:"Vorher bezogen",signals_kept:"Eingehalten nach",signals_highest:"Danach höchstens",signals_not_yet:"noch nicht",signals_not_seen:"nicht gesehen",signals_download:"Alle herunterladen (CSV)"},settings:{read_only:"Nur Administratoren können Einstellungen ändern.",group:"Lastmanagement",maximum_current:"Limit für alle Ladestationen",maximum_current_help:"Was alle Ladestationen zusammen beziehen dürfen, je Phase. Die Sicherung trägt {rated}.",balancing:"Dynamisches Lastmanagement (DLM)",balancing_help:"Die Ladestationen teilen sich das Limit. Aus: Jede darf ihr eigenes Maximum beziehen.",policy:"Wenn es nicht für alle reicht",policies:{take_turns:"Abwechselnd laden: Das Limit wird immer eingehalten",minimum_for_all:"Minimum für alle: Das Limit kann überschritten werden, bis zur Sicherung"},adaptive:"Adaptives Lastmanagement (ALM)",adaptive_help:"Die Autos bekommen, was das Gebäude ihnen übrig lässt.",grid_maximum_current:"Limit für Gebäude und Autos",grid_maximum_current_help:"Was das Gebäude und die Autos zusammen beziehen dürfen, je Phase. Die Hauptsicherung trägt {rated}.",safe_limit:"Sicherheitslimit",safe_limit_help:"Was sich die Ladestationen teilen, solange dem Zähler nicht zu trauen ist. Für den Fall, dass Home Assistant ausfällt, sollen sie auf je 6 A fallen, wo das für alle zusammen hineinpasst, und sonst aufhören zu laden; was davon sicher ist, steht bei jeder Ladestation.",phase_choice:"Maßgebliche Phase",phase_choices:{each_phase:"Jede Phase für sich",highest_phase:"Die am stärksten belastete Phase für alle",l1:"L1 für alle",l2:"L2 für alle",l3:"L3 für alle"},no_meter:"Ohne Zähler teilen sich die Ladestationen ein festes Limit. Mit Zähler bekommen die Autos, was das Gebäude ihnen übrig lässt.",set_up_meter:"Zähler einrichten",chargers:"Ladestationen",dlm:"DLM",alm:"ALM",suited:{yes:"Geeignet",no:"Nicht geeignet",unknown:"Noch nicht bekannt"},because:{known_model:"das Modell ist dafür bekannt",takes_limits:"sie hat ein Limit angenommen",takes_no_limits:"sie hat jede Art, ein Limit zu setzen, abgelehnt",no_smart_charging:"sie gibt nicht an, dass sie sich steuern lässt",smart_charging:"sie gibt an, dass sie sich steuern lässt",reports_phases:"sie meldet den Strom jeder Phase",reports_no_phases:"sie meldet den Strom der einzelnen Phasen nicht",own_meter:"ein eigener Zähler meldet ihn",not_seen:"noch kein Ladevorgang hat es gezeigt"},feeder_help:"Was diese Zuleitung tragen darf, je Phase. Ihre Sicherung trägt {rated}.",feeder_safe_limit:"Sicherheitslimit von {name}",feeder_safe_limit_help:"Was sich die Ladestationen dieser Zuleitung teilen, während ihrem Zähler nicht zu trauen ist.",without:"Wenn Home Assistant ausfällt",fail_safe:{falls:"sie fällt nach spätestens {time} auf {fallback}",falls_soon:"sie fällt auf {fallback}",stops:"sie hört nach spätestens {time} auf zu laden",stops_soon:"sie hört auf zu laden",stays:"sie behält ihr letztes Limit oder vergisst jedes: Dann gilt, was der Installateur eingestellt hat",unknown:"vor dem ersten Ladevorgang nicht bekannt",accepted:"die Ladestation hat das angenommen",verified:"die Ladestation bestätigt das",proven:"nachgewiesen",counts:"noch nicht nachgewiesen, darum wird mit bis zu {maximum} gerechnet"},find_wiring:"Phasenbelegung herausfinden",wiring_help:"Sie lässt sich herausfinden, während hier ein Auto lädt: Das Limit geht auf und ab, und der Zähler zeigt, welche Phasen folgen.",wiring_searching:"Das Limit geht einige Minuten auf und ab. Was dabei herauskommt, steht unter Reparaturen.",connector_maximum:"Maximum",connector_maximum_of:"Maximum von {name}",unknown:"Warten auf Aufnahme",unknown_help:"Diese Ladestationen haben sich verbunden. Sie bekommen kein Limit, und kein Auto lädt, bevor du sie hinzufügst.",unknown_connected:"verbunden",unknown_gone:"nicht mehr verbunden",add:"Ladestation hinzufügen",saved:"Gespeichert",entry:"Alle Einstellungen der Gruppe",wiring_hint:"Sprünge des Autos zeigten sich beim Zähler auf {seen}. Nach der Phasenbelegung gehören sie auf {expected}. Lass die Phasenbelegung herausfinden, während ein Auto lädt: Von selbst ändert sich dabei nichts.",group_power_limit:"Leistungslimit für alle Ladestationen",group_power_limit_help:"Was alle Ladestationen zusammen über alle Phasen beziehen dürfen.",grid_power_limit:"Leistungslimit für Gebäude und Autos",grid_power_limit_help:"Was Gebäude und Autos zusammen über alle Phasen beziehen dürfen.",peak_limit:"Spitzenlimit",peak_limit_help:"Was das Mittel keiner Viertelstunde oder Stunde überschreiten soll, was immer ein Tarif frei lässt.",feeder_power_limit:"Leistungslimit von {name}",feeder_power_limit_help:"Was er über alle Phasen führen darf."},tags:{title:"Wer laden darf",everybody:"Jeder darf laden",everybody_help:"Ohne Liste darf jeder laden, der ein Auto einsteckt, welche Karte auch vorgehalten wird. Gesperrte in der Liste werden trotzdem abgewiesen. Ladestationen, die von selbst starten, verwenden einen festen ID-Tag, der in der Liste stehen muss, wenn dies aus ist.",name:"Name",id_tag:"ID-Tag",expires:"Letzter Tag",group:"Kartengruppe",blocked:"Gesperrt",add:"Karte hinzufügen",remove:"{name} entfernen",save:"Liste speichern",seen:"Zuletzt vorgehalten",seen_help:"Halte eine Karte an eine Ladestation: Sie erscheint hier und bekommt einen Namen.",learn:"{tag} einen Namen geben",nobody:"Noch steht niemand in der Liste."},notifications:{title:"Nachrichten",help:"Wer wovon erfährt, in klaren Worten und einmal: nicht immer wieder, während etwas kommt und geht.",no_entities:"Home Assistant hat noch keine Benachrichtigungs-Entität. Die App auf einem Telefon und viele andere Integrationen bringen eine mit.",who:"Wer",where:"Wo",everywhere:"Die ganze Gruppe",add:"Empfänger hinzufügen",save:"Empfänger speichern",remove:"{name} entfernen",topics:{fault:"Störungen: eine Überlast, eine Ladestation, die verloren, außer Betrieb oder ungehorsam ist",safe_limit:"Das Sicherheitslimit gilt seit zehn Minuten",car_full:"Das Auto ist voll",turn:"Das Auto ist an der Reihe"}},card:{group:"Gruppe",open:"Seite öffnen",outlet:"Ladepunkt",feeder:"Zuleitung",of_group:{name:"EV Load Manager",description:"Wer mit wie viel lädt und warum."},of_outlet:{name:"EV Load Manager: ein Ladepunkt",description:"Was das Auto an einem Ladepunkt bekommt und warum."},of_feeder:{name:"EV Load Manager: eine Zuleitung",description:"Was durch eine Zuleitung fließt und wer dahinter lädt."},of_cars:{name:"EV Load Manager: Autos",description:"Nur die Autos, ohne die Stromkreise, die sie speisen."}},no_outlet:{title:"Diesen Ladepunkt gibt es nicht",text:"Seine Ladestation wurde entfernt oder ersetzt."},no_outlets_behind:"An dieser Zuleitung hängt keine Ladestation.",one_outlet:{all:"Alle Ladepunkte",fed_by:"Woher der Strom kommt",copy:"Adresse kopieren",copied:"Kopiert"},happened:{title:"Was geschehen ist",help:"Wer mehr oder weniger bekam und warum: der letzte Tag, seit dem Start von Home Assistant.",nothing:"Seit dem Start von Home Assistant ist nichts geschehen.",yesterday:"Gestern",began:"{outlet}: Ein Ladevorgang hat begonnen.",ended:"{outlet}: Der Ladevorgang ist beendet.",up:"{outlet} steigt auf {limit}",up_several:"{outlet} steigen auf {limit}",up_some:"{outlet} bekommen mehr",down:"{outlet} sinkt auf {limit}",down_several:"{outlet} sinken auf {limit}",down_some:"{outlet} bekommen weniger",paused:"{outlet} pausiert",paused_several:"{outlet} pausieren",goes_on:"{outlet} lädt weiter mit {limit}",goes_on_several:"{outlet} laden weiter mit {limit}",goes_on_some:"{outlet} laden weiter",because:"{changed}: {why}.",and_others:"{names} und {count} andere",lost:"{outlet}: Die Verbindung ist weg.",back:"{outlet}: wieder verbunden.",meter_back:"Der Zähler ist wieder da: Die Autos bekommen, was das Gebäude übrig lässt.",cause:{silent:"Der Zähler ist verstummt: Die Autos teilen sich das Sicherheitslimit.",frozen:"Die Werte des Zählers bewegen sich nicht mehr: Die Autos teilen sich das Sicherheitslimit.",implausible:"Der Zähler zeigt unmögliche Werte: Die Autos teilen sich das Sicherheitslimit."},setting:"{setting}: {after} statt {before}.",setting_on:"{setting}: eingeschaltet.",setting_off:"{setting}: ausgeschaltet.",setting_choice:"{setting}: {after}.",why:{setting:"ein Limit wurde geändert",safe_limit_began:"dem Zähler ist nicht zu trauen",meter_back:"der Zähler ist wieder da",more_cars:"ein weiteres Auto lädt",fewer_cars:"ein anderes Auto hat aufgehört",other_load_rose:"das Gebäude bezieht mehr auf {phase}",other_load_rose_feeder:"was sonst an {circuit} hängt, bezieht mehr auf {phase}",other_load_fell:"das Gebäude bezieht weniger auf {phase}",other_load_fell_feeder:"was sonst an {circuit} hängt, bezieht weniger auf {phase}",allowed:"niemand pausiert es mehr",full_speed:"nichts bremst es",equal_share:"es teilt mit den anderen",equal_share_where:"es teilt sich {phase} von {circuit}",minimum:"es reicht nicht für alle",starting:"es hat gerade angefangen",unused_current:"das Auto nimmt weniger, als es haben könnte",waiting_for_increase:"andere sind heruntergegangen",waiting_for_turn:"es wartet, bis es an der Reihe ist",waiting_for_room:"es ist kein Strom frei",waiting_for_room_where:"auf {phase} von {circuit} ist kein Strom frei",too_little_to_start:"zum Starten reicht es nicht",paused_by_user:"jemand hat es pausiert",car_full:"das Auto ist voll oder nimmt nichts ab",car_paused:"das Auto nimmt gerade nichts ab",safe_limit:"das Sicherheitslimit gilt",temporary_limit:"ein befristetes Limit gilt",charger_offline:"die Ladestation ist nicht verbunden",not_controllable:"die Ladestation nimmt keine Limits an",does_not_obey:"es bezieht mehr als erlaubt",over_limit:"eine Phase ist über ihrem Limit",over_limit_where:"{phase} von {circuit} ist über dem Limit",balancing_off:"das Lastmanagement ist aus",imbalance:"die Phase würde zu ungleich belastet",finding_wiring:"die Phasenbelegung wird gesucht",limit_of_backend:"das Abrechnungs-Backend erlaubt nicht mehr",power_limit:"es teilt sich ein Leistungslimit",peak_limit:"die mittlere Leistung des Zeitfensters soll unter dem Limit bleiben",waiting_for_peak:"die mittlere Leistung des Zeitfensters ist am Limit"}},now_cause:{starting:"Der Zähler hat seit dem Start nichts gemeldet.",silent:"Der Zähler ist stumm.",frozen:"Die Werte des Zählers ändern sich nicht.",implausible:"Der Zähler zeigt unmögliche Werte.",shared:"Bis er wieder da ist, teilen sich die Autos das Sicherheitslimit von {limit}.",nobody:"Niemand lädt, bis er wieder da ist: Das Sicherheitslimit von {limit} ist für ein Auto zu niedrig."},outlets:"Ladepunkte",sessions:{title:"Ladevorgänge",none:"Es gibt noch keinen Ladevorgang, der sich zeigen lässt.",trouble:"Das Buch der Ladevorgänge lässt sich zurzeit nicht schreiben: {error} Was geladen wird, wird aufgehoben und später geschrieben.",month:"Monat",month_before:"Monat davor",month_after:"Monat danach",search:"Suche: Fahrer, Karte, Platz, Notiz",only_incomplete:"Nur unvollständige",only:"Nur {name}",show_only:"Nur {name} zeigen",spreadsheet:"Für Tabellenkalkulation (CSV)",csv:"Für Programme (CSV)",ocpi:"Zur Abrechnung (OCPI)",totals:"Summen des Monats",count:{one:"{count} Ladevorgang",other:"{count} Ladevorgänge"},by_places:"Nach Platz",by_persons:"Nach Fahrer",everything:"alles",place:"Platz",driver:"Fahrer",card:"Karte",stop_card:"Beendet mit Karte",sessions:"Ladevorgänge",energy:"Energie",cost:"Kosten",by_card:"Wem die Karte gehörte",nobody:"Niemand Bekanntes",statement:"Abrechnung",statement_of:"Abrechnung: {name}",unknown:"Ladevorgänge, deren Energie nicht bekannt ist und die in keiner Summe sind: {count}",unpriced:"Ohne Preis und in keinen Kosten enthalten: {energy}",mixed:"Der Monat hat Preise in mehreren Währungen, die sich nicht addieren lassen.",no_match:"Kein Ladevorgang passt dazu.",start:"Beginn",end:"Ende",duration:"Dauer",completeness:"Vollständigkeit",complete:"vollständig",running:"läuft noch",part:"Nur was in diesem Monat floss",details_of:"Einzelheiten: {start}, {place}",more:"Mehr zeigen",reconciliation:"Verglichen mit den Zählern der Plätze",reconciliation_help:"Was ein Zähler im Monat zählte, steckt in Ladevorgängen, in ungültigen, floss zwischen Ladevorgängen oder bleibt übrig. Zähler können um ein Prozent abweichen.",reconciled:{counted:"Gezählt",sessions:"In Ladevorgängen",voided:"Ungültig",between:"Dazwischen",unexplained:"Übrig",look:"bitte ansehen"},close:"Schließen",current:"Strom",power:"Mittlere Leistung jeder Viertelstunde",highest_mean:"bis {power}",pale:"blass: wann es floss, ist geschätzt",kind:{charging:"Lädt",waiting:"Wartet",paused:"Angehalten",car:"Auto nimmt nichts",idle:"Lädt nicht"},reasons:"Was wann geschah, und warum",not_known:"nicht bekannt",told_energy:"Nach seinem Zähler",meter_start:"Zähler zu Beginn",meter_stop:"Zähler am Ende",told_start:"Beginn, wie die Ladestation ihn meldete",told_stop:"Ende, wie die Ladestation es meldete",reason:"Beendet durch",highest_current:"Höchster Strom",highest_power:"Höchste Leistung",phases:"Phasen",note:"Notiz",evidence:"Aufbewahrte signierte Werte",revisions:"Korrekturen",revised:"änderte {field} von {old} auf {now}",revised_merge:"führte ihn mit einem anderen zusammen",revised_split:"teilte ihn in zwei",taken_back:"das Gemeldete",correct:"Diesen Ladevorgang korrigieren",correct_help:"Was die Ladestation meldete, bleibt, ebenso jede Korrektur mit deinem Namen und Grund. Ein leerer Wert nimmt eine Korrektur zurück.",what:"Was",value:"Richtiger Wert",why:"Grund",save:"Korrektur speichern",yes:"ja",no:"nein",merge_with:"zusammenführen mit",field:{person:"Fahrer",wh:"Energie (kWh)",start:"Beginn",end:"Ende",note:"Notiz",void:"ungültig",split:"Teilung in zwei, um"},keep:{title:"Fahrer und Preise",drivers:"Fahrer",drivers_help:"Ein Ladevorgang gehört dem, der die Karte damals hatte. Wer als Fahrer einen Benutzer von Home Assistant hat, sieht seine eigenen Ladevorgänge und darf dort, wo er lädt, anhalten, fortsetzen und sich nach vorn stellen.",add_driver:"Fahrer hinzufügen",group:"Gruppe",person_kind:"Art",a_driver:"Ein Fahrer",a_group:"Eine Gruppe, etwa ein Haushalt",name:"Name des Fahrers",user:"Benutzer von Home Assistant",budget:"Budget je Monat (kWh)",ref:"Kennzeichen, etwa eine Kostenstelle",used:"{used} von {budget} in diesem Monat",save:"Speichern",add_card:"Karte hinzufügen",tag:"Kennung der Karte",label:"Wie sie heißt",vehicle:"Auto oder Kennzeichen",from:"Ab (leer: immer, oder jetzt, wenn sie jemandes war)",to:"Letzter Tag",take_card:"Karte {tag} {name} wegnehmen",learned:"Karten, die luden und niemandem gehören: {cards}",forget:"Diesen Fahrer vergessen",forget_sure:"Name, Karten und Notizen von {name} verschwinden endgültig; Energie und gemachte Abrechnungen bleiben.",forget_yes:"Endgültig vergessen",cancel:"Abbrechen",prices:"Preise",prices_help:"Der eigene Preis eines Fahrers geht dem eines Platzes vor, dieser dem allgemeinen. Was keinen Preis hat, steht ohne Preis da, nie mit 0. Ein neuer Preis löst den bisherigen ab; frühere Kosten behalten ihren.",add_price:"Preis festlegen",end_price:"Preis beenden: {name}",whose:"Für wen",for_all:"Alle",kind:"Preis",fixed:"Fest",entity:"Eine Entität nennt ihn",entity_id:"Entität",price:"Preis je kWh",add:"Zuschlag je kWh",per_session:"Je Ladevorgang",per_hour:"Je Stunde",tax:"Steuer (%)",since:"Ab (leer: jetzt)",net:"Preise sind ohne Steuer",per_kwh:"{price} je kWh",a_session:"{price} je Ladevorgang",an_hour:"{price} je Stunde",with_tax:"mit {tax} % Steuer",plus_tax:"zuzüglich {tax} % Steuer",places:"Plätze",places_help:"Ein Platz heißt wie seine Ladestation, bis du ihn benennst. Wem er gehört, darf dort anhalten, wer immer lädt.",place:"Name des Platzes",whose_place:"Wem er gehört",served_by:"Ladestation, falls sie getauscht wurde",evse_id:"EVSE-ID, für OCPI",book:"Abrechnungen und Buch",letterhead:"Briefkopf der Abrechnungen",retention:"Monate aufheben (leer: alle)",statistics:"Langzeitstatistik von Fahrern und Plätzen, für das Energie-Dashboard",ocpi_help:"OCPI-Datensätze nennen einen Betreiber und eine Adresse. Gib ein, was mit dem Empfänger vereinbart ist.",country_code:"Land, zwei Buchstaben",party_id:"Party-ID, drei Buchstaben",address:"Straße und Nummer",postal_code:"Postleitzahl",city:"Ort",over_budget:"Wenn es aufgebraucht ist",warn:"Administratoren benachrichtigen",refuse:"Keine Ladevorgänge mehr",driver_entities:"Namen von Fahrern in Entitäten, für alle, die sich anmelden: Sensoren für den Monat jedes Fahrers, und wer an einem Ladepunkt lädt"}},window:{title:"Mittlere Leistung dieser {minutes} min",ends:"endet in {time}",used:"{mean} von {limit} sind verbraucht.",free:"{mean} sind verbraucht; dieses Zeitfenster kostet nichts.",forecast:"Es werden etwa {forecast}.",cars:"Es lässt den Autos jetzt {cars}.",peak:"Das Höchste dieses Monats: {peak}, {time}",history:"Mittlere Leistung der Zeitfenster",highest:"Höchstes: {mean}, {time}",mean:"Mittel",above:"Über dem Limit",limit:"Limit",calendar:"Das Limit folgt {calendar}.",calendar_unread:"{calendar} ist nicht ganz lesbar: Es gilt das niedrigste Limit, das er genannt hat."},signal:{now:"{circuit} ist seit {since} auf {limit} begrenzt ({who}).",now_until:"{circuit} ist seit {since} bis {until} auf {limit} begrenzt ({who}).",contact:"der Netzbetreiber, {entity}",number:"eine Zahl-Entität",action:"eine Aktion"}};var f2={title:"EV charging",tabs:{now:"Now",history:"History",log:"Log",settings:"Settings",sessions:"Sessions"},menu:"Show or hide the sidebar",group:"Group",loading:"Loading…",starting:"Starting",offline:"Not connected",status_unknown:"Nothing heard yet",outlet:"{charger}, outlet {number}",reconnecting:"The connection to Home Assistant is lost. What you see is from before; it goes on as soon as the connection is back.",stopped:{title:"This group is not running",text:"Until it runs again, its chargers do what they do on their own. Its entry under Devices & services tells why.",open:"Open Devices & services"},removed:{title:"This group was removed",text:"Its chargers do what they do on their own."},unreachable:{title:"The group can't be shown",text:"Home Assistant says: {error} It is tried again by itself."},no_groups:{title:"No group of chargers yet",admin:"A group is the chargers that share one fuse. Add EV Load Manager, enter the rated current of the fuse, and let the chargers connect.",guest:"An administrator can add one under Devices & services.",add:"Add EV Load Manager"},no_chargers:{title:"No charger in this group yet",text:"In the settings of the charger, enter this address for OCPP 1.6, with an ID of your choice at its end:",then:"Then choose Add charger: it waits until the charger has connected.",add:"Add charger",guest:"An administrator can add chargers under Devices & services."},circuits:"Circuits",circuit:{grid:"Grid connection",group:"Group",feeder:"Feeder",charger:"Charger"},bars:{of:"{current} of {limit}",unknown:"unknown",headroom:"{current} free",no_headroom:"nothing free",over:"{current} too much",other_load:"Other load",reserved:"Set aside, not drawn",unavailable:"Not available at present",phase_of:"{name}, phase {phase}",together:"{name}, all phases together: {drawn} of {limit}"},connector:{of_offered:"of {offered} offered",nothing_offered:"nothing offered",offered:"Offered",offered_help:"the limit that the charger has accepted",limit:"Limit",limit_help:"what it may have now",target:"Share",target_help:"what it gets once the others have followed",reserved:"Set aside",reserved_help:"counted for it, whatever it draws",maximum:"Maximum",session:"{energy} in {time}",session_time:"for {time}",id_tag:"ID tag",driver:"Driver",wiring:"Wiring",fallback:"Without Home Assistant",car:"The car",car_needs:"needs at least {current}",car_takes_less:"takes {current} less than offered",car_follows:"follows within {seconds} s",car_asks:"asks for {energy}",car_leaves:"wants to leave by {time}",car_battery:"battery at {percent} %",details:"Details",details_of:"Details of {name}",pause:"Pause",pause_of:"Pause charging at {name}",first:"Next",first_of:"Give the next turn to {name}",is_first:"It is first in line.",allow:"Let it charge",allow_of:"Let {name} charge",stale:"from before the connection was lost",wiring_unknown:"not known, so its cars count on all phases"},summary:{charging:{one:"{count} car charges",other:"{count} cars charge"},waiting:{one:"{count} car waits",other:"{count} cars wait"},idle:"No car charges",temporary_limit:"{circuit} is limited to {limit} until {until} ({name}).",unknown:{one:"{count} unknown charger wants to join",other:"{count} unknown chargers want to join"},see:"See who it is",wiring_hint:"{name} may be wired in another way than its settings say.",see_wiring:"See its wiring"},reason:{none:"Nothing is decided yet.",no_car:"No car is plugged in.",not_started:"A car is plugged in; charging has not started.",full_speed:"Nothing holds it back: it may draw its maximum of {maximum}.",equal_share:"It shares the current equally with the others.",equal_share_where:"It shares phase {phase} of {circuit} equally with the others.",minimum:"There is too little for all: everyone keeps the minimum.",minimum_where:"There is too little for all on phase {phase} of {circuit}: everyone keeps the minimum.",starting:"It has just started: first it shows what it can use.",unused_current:"The car takes less than it could have; the rest goes to others.",waiting_for_increase:"It gets {target} in a moment: others come down first.",too_little_to_start:"It needs more current to start than there is for it.",waiting_for_room:"There is no room for it at the moment: it goes on once there has been room for a while.",waiting_for_room_where:"There is no room for it on phase {phase} of {circuit}: it goes on once there has been room for a while.",short_pause:"There is room again: it goes on after a short pause, because stop and go wears cars and contactors.",waiting_for_turn:"There is not enough for everyone: it waits for its turn.",limited_elsewhere:"Its cable carries no more, or its charger has a lower limit from somebody else, such as the grid operator.",limited_elsewhere_by_cable:"Its cable carries {elsewhere} at most.",limited_elsewhere_by_ems:"Another energy manager limits its charger to {elsewhere}.",limited_elsewhere_by_so:"The grid operator limits its charger to {elsewhere}.",limited_elsewhere_by_cso:"An earlier charging system left a limit of {elsewhere} in its charger, which does not give it up.",limited_elsewhere_by_other:"Somebody else limits its charger to {elsewhere}.",limited_unknown_by_ems:"Another energy manager limits its charger as well: how low, the charger does not say.",limited_unknown_by_so:"The grid operator limits its charger as well: how low, the charger does not say.",limited_unknown_by_other:"Somebody else limits its charger as well: how low, the charger does not say.",finding_wiring:"Its limit goes up and down for some minutes, so that the meter shows which phases follow.",limit_of_backend:"Its billing backend allows no more.",imbalance:"More would load its phase too unevenly beside the others.",waiting_for_turn_where:"There is not enough on phase {phase} of {circuit}: it waits for its turn.",paused_by_user:"Somebody paused it.",car_full:"The car is full or takes nothing for other reasons.",car_paused:"The car takes nothing at the moment; its minimum is kept for it.",safe_limit:"The meter can't be trusted: all share the safe limit.",temporary_limit:"A temporary limit holds: it shares what that leaves.",temporary_limit_where:"A temporary limit holds for {circuit}: it shares phase {phase} of it.",charger_offline:"The charger is not connected: it does what it does on its own, and what it may draw is kept for it.",not_controllable:"The charger takes no limits; the others leave room for it.",does_not_obey:"It draws more than it may and is counted with what it draws.",over_limit:"A phase is over its limit: it is lowered until that holds.",over_limit_where:"Phase {phase} of {circuit} is over its limit: it is lowered until that holds.",balancing_off:"Load management is off: everyone may draw the maximum.",alone:"It gets all the current that is left.",alone_where:"It gets all that is left on phase {phase} of {circuit}.",power_limit:"It shares {power}, which {circuit} may carry over all phases.",peak_limit:"It keeps the mean of these {minutes} min under {power}.",waiting_for_peak:"It waits, so that the mean of these {minutes} min stays under {power}.",temporary_power:"{circuit} is limited to {power} for some time: it shares what that leaves."},next_turn:"Its turn comes in {time} at the latest.",next_turn_now:"Its turn comes now.",cause:{starting:"No reading of the meter since the start",silent:"The meter was silent",frozen:"The meter's values did not change",implausible:"The meter showed impossible values"},history:{on_day:"Day",where:"Group or feeder",period:"Period",hour:"1 hour",six_hours:"6 hours",day:"1 day",week:"1 week",earlier:"Earlier",later:"Later",chargers:"Current of all chargers",meter:"Current at the grid connection",feeder_chargers:"Current of the feeder's chargers",feeder_meter:"Current through the feeder",other_load:"Other load",maximum_current:"Limit",grid_maximum_current:"Grid limit",safe_limit_period:"Safe limit",download:"Download the meter's values (CSV)",no_recorder:"Home Assistant keeps no history",no_recorder_text:"The recorder and history integrations are needed for the charts.",empty:"Nothing was recorded in this period.",summary:"{name}: highest {highest}"},log:{safe_limit:"Safe limit",safe_limit_help:"When the group shared the safe limit because the meter could not be trusted.",safe_limit_never:"It has never been needed.",safe_limit_no_meter:"This group has no meter, so it needs no safe limit.",start:"Start",end:"End",lasts:"ongoing",duration:"Duration",cause:"Why",limit:"Limit",recalculations:"Calculations",recalculations_help:"Every number that went into a limit and came out of it, for experts. The last day is kept.",recalculations_never:"Nothing was calculated yet. It begins with the first car.",all_chargers:"All chargers",charger:"Charger",reload:"Reload",live:"Live",time:"Time",trigger:"Because of",mode:"Mode",meter:"Meter",other_load:"Other load",available:"Available",result:"Limits",outlet:"Outlet",status:"Status",measured:"Measured",offered:"Offered",new_limit:"New limit",share:"Share",reason:"Reason",more:"Show more",details:"Details of {time}",modes:{off:"Off",dynamic:"DLM",adaptive:"ALM",safe_limit:"Safe limit"},triggers:{capabilities:"charger's abilities",connection:"connection",connector:"outlets",find_wiring:"search for the wiring",first_in_line:"somebody put first",identity:"charger's identity",report:"charger's report",limit:"limit accepted",meter:"meter",settings:"settings",status:"status",temporary_limit:"end of a temporary limit",time:"a waiting time is over",transaction:"session",values:"charger's values",wiring:"wiring confirmed",answered:"answer to a charger"},signals:"Signals of the grid",signals_help:"Limits in kW that a grid operator, an automation or a number asked for, and what became of them. They are kept for two years.",signals_never:"There has been none yet.",signals_who:"Asked for by",signals_where:"Holds for",signals_before:"Drawn before",signals_kept:"Kept after",signals_highest:"Highest from then on",signals_not_yet:"not yet",signals_not_seen:"not seen",signals_download:"Download all (CSV)"},settings:{read_only:"Only administrators can change settings.",group:"Load management",maximum_current:"Limit for all chargers",maximum_current_help:"What all chargers together may draw, per phase. The fuse carries {rated}.",balancing:"Dynamic load management (DLM)",balancing_help:"The chargers share the limit. Off: each may draw its own maximum.",policy:"When there is too little for all",policies:{take_turns:"Take turns: the limit always holds",minimum_for_all:"Minimum for all: the limit may be exceeded, up to the fuse"},adaptive:"Adaptive load management (ALM)",adaptive_help:"The cars get what the building leaves them.",grid_maximum_current:"Limit for building and cars",grid_maximum_current_help:"What the building and the cars together may draw, per phase. The main fuse carries {rated}.",safe_limit:"Safe limit",safe_limit_help:"What the chargers share while the meter can't be trusted. For the case that Home Assistant stops, they are told to fall to 6 A each where that fits into it for all of them, and to stop charging where it doesn't; what is sure of it stands beside each charger.",phase_choice:"Phase that counts",phase_choices:{each_phase:"Each phase for itself",highest_phase:"The most loaded phase for all",l1:"L1 for all",l2:"L2 for all",l3:"L3 for all"},no_meter:"Without a meter the chargers share a fixed limit. With one the cars get what the building leaves them.",set_up_meter:"Set up a meter",chargers:"Chargers",dlm:"DLM",alm:"ALM",suited:{yes:"Suited",no:"Not suited",unknown:"Not known yet"},because:{known_model:"the model is known for it",takes_limits:"it took a limit",takes_no_limits:"it refused every way of setting a limit",no_smart_charging:"it does not say that it can be controlled",smart_charging:"it says that it can be controlled",reports_phases:"it reports the current of each phase",reports_no_phases:"it does not report the current of each phase",own_meter:"a meter of its own reports it",not_seen:"no session has shown it yet"},feeder_help:"What this feeder may carry, per phase. Its fuse carries {rated}.",feeder_safe_limit:"Safe limit of {name}",feeder_safe_limit_help:"What the chargers of this feeder share while its meter can't be trusted.",without:"If Home Assistant stops",fail_safe:{falls:"it falls to {fallback} after {time} at the latest",falls_soon:"it falls to {fallback}",stops:"it stops charging after {time} at the latest",stops_soon:"it stops charging",stays:"it keeps its last limit, or forgets every limit: the installer's setting is what holds",unknown:"not known before the first session",accepted:"the charger accepted that",verified:"the charger confirms that",proven:"proven",counts:"not proven yet, so up to {maximum} are expected of it"},find_wiring:"Find the wiring",wiring_help:"It can be found while a car charges here: its limit goes up and down, and the meter shows which phases follow.",wiring_searching:"Its limit goes up and down for some minutes. What is found is told under Repairs.",connector_maximum:"Maximum",connector_maximum_of:"Maximum of {name}",unknown:"Waiting to be accepted",unknown_help:"These chargers have connected. They get no limit and no car charges before you add them.",unknown_connected:"connected",unknown_gone:"not connected any more",add:"Add charger",saved:"Saved",entry:"All settings of the group",wiring_hint:"Steps of its car showed on {seen} of the meter. By its wiring they should show on {expected}. Find the wiring while a car charges: it changes nothing by itself.",group_power_limit:"Power limit for all chargers",group_power_limit_help:"What all chargers together may draw over all phases.",grid_power_limit:"Power limit for building and cars",grid_power_limit_help:"What building and cars together may import over all phases.",peak_limit:"Peak limit",peak_limit_help:"What the mean of no quarter of an hour or hour is to exceed, whatever a tariff leaves free.",feeder_power_limit:"Power limit of {name}",feeder_power_limit_help:"What it may carry over all phases."},tags:{title:"Who may charge",everybody:"Everybody may charge",everybody_help:"Without a list whoever plugs in a car may charge, whatever card is shown. Blocked ones of the list are refused all the same. Chargers that start by themselves use a fixed ID tag, which has to be in the list if this is off.",name:"Name",id_tag:"ID tag",expires:"Last day",group:"Group of cards",blocked:"Blocked",add:"Add a card",remove:"Remove {name}",save:"Save the list",seen:"Held up lately",seen_help:"Hold a card up to a charger: it shows up here, to be given a name.",learn:"Give {tag} a name",nobody:"Nobody is in the list yet."},notifications:{title:"Messages",help:"Who is told of what, in plain words and once: not again while it comes and goes.",no_entities:"Home Assistant has no notify entity yet. The app on a phone and many other integrations bring one.",who:"Who",where:"Where",everywhere:"The whole group",add:"Add a recipient",save:"Save the recipients",remove:"Remove {name}",topics:{fault:"Faults: an overload, a charger that is lost, out of order or does not obey",safe_limit:"The safe limit has been in force for ten minutes",car_full:"The car is full",turn:"The car's turn begins"}},card:{group:"Group",open:"Open the page",outlet:"Outlet",feeder:"Feeder",of_group:{name:"EV Load Manager",description:"Who charges with how much, and why."},of_outlet:{name:"EV Load Manager: one outlet",description:"What the car at one outlet gets, and why."},of_feeder:{name:"EV Load Manager: one feeder",description:"What flows through one feeder, and who charges behind it."},of_cars:{name:"EV Load Manager: cars",description:"The cars alone, without the circuits that feed them."}},no_outlet:{title:"This outlet is not there",text:"Its charger was removed or replaced."},no_outlets_behind:"No charger hangs on this feeder.",one_outlet:{all:"All outlets",fed_by:"What feeds it",copy:"Copy its address",copied:"Copied"},happened:{title:"What happened",help:"Who got more or less, and why: the last day, since Home Assistant was started.",nothing:"Nothing has happened since Home Assistant was started.",yesterday:"Yesterday",began:"{outlet}: a session has begun.",ended:"{outlet}: the session has ended.",up:"{outlet} up to {limit}",up_several:"{outlet} up to {limit}",up_some:"{outlet} get more",down:"{outlet} down to {limit}",down_several:"{outlet} down to {limit}",down_some:"{outlet} get less",paused:"{outlet} paused",paused_several:"{outlet} paused",goes_on:"{outlet} goes on with {limit}",goes_on_several:"{outlet} go on with {limit}",goes_on_some:"{outlet} go on",because:"{changed}: {why}.",and_others:"{names} and {count} others",lost:"{outlet}: the connection is lost.",back:"{outlet}: connected again.",meter_back:"The meter is back: the cars get what the building leaves them.",cause:{silent:"The meter has fallen silent: the cars share the safe limit.",frozen:"The meter's values have stopped moving: the cars share the safe limit.",implausible:"The meter shows impossible values: the cars share the safe limit."},setting:"{setting}: {after} instead of {before}.",setting_on:"{setting}: switched on.",setting_off:"{setting}: switched off.",setting_choice:"{setting}: {after}.",why:{setting:"a limit was changed",safe_limit_began:"the meter can't be trusted",meter_back:"the meter is back",more_cars:"another car charges",fewer_cars:"another car has stopped",other_load_rose:"the building draws more on {phase}",other_load_rose_feeder:"what else hangs on {circuit} draws more on {phase}",other_load_fell:"the building draws less on {phase}",other_load_fell_feeder:"what else hangs on {circuit} draws less on {phase}",allowed:"nobody pauses it any more",full_speed:"nothing holds it back",equal_share:"it shares with the others",equal_share_where:"it shares {phase} of {circuit}",minimum:"there is too little for all",starting:"it has just started",unused_current:"the car takes less than it could have",waiting_for_increase:"others have come down",waiting_for_turn:"it waits for its turn",waiting_for_room:"there is no room for it",waiting_for_room_where:"there is no room on {phase} of {circuit}",too_little_to_start:"there is too little for it to start",paused_by_user:"somebody paused it",car_full:"the car is full or takes nothing",car_paused:"the car takes nothing at the moment",safe_limit:"the safe limit holds",temporary_limit:"a temporary limit holds",charger_offline:"its charger is not connected",not_controllable:"its charger takes no limits",does_not_obey:"it draws more than it may",over_limit:"a phase is over its limit",over_limit_where:"{phase} of {circuit} is over its limit",balancing_off:"load management is off",imbalance:"its phase would be loaded too unevenly",finding_wiring:"its wiring is being looked for",limit_of_backend:"its billing backend allows no more",power_limit:"it shares a limit of power",peak_limit:"the mean power of the window is to stay under its limit",waiting_for_peak:"the mean power of the window is at its limit"}},now_cause:{starting:"The meter has told nothing since the start.",silent:"The meter is silent.",frozen:"The meter's values do not change.",implausible:"The meter shows impossible values.",shared:"Until it is back, the cars share the safe limit of {limit}.",nobody:"Nobody charges until it is back: the safe limit of {limit} is too low for a car."},outlets:"Outlets",sessions:{title:"Charging sessions",none:"There is no session to show yet.",trouble:"The session book can't be written at the moment: {error} What is charged is kept and written later.",month:"Month",month_before:"Month before",month_after:"Month after",search:"Search: driver, card, place, note",only_incomplete:"Only those that are not complete",only:"Only {name}",show_only:"Show only {name}",spreadsheet:"For spreadsheets (CSV)",csv:"For programs (CSV)",ocpi:"For billing (OCPI)",totals:"Totals of the month",count:{one:"{count} session",other:"{count} sessions"},by_places:"By place",by_persons:"By driver",everything:"everything",place:"Place",driver:"Driver",card:"Card",stop_card:"Ended with card",sessions:"Sessions",energy:"Energy",cost:"Cost",by_card:"Whose card it was",nobody:"Nobody known",statement:"Statement",statement_of:"Statement: {name}",unknown:"Sessions whose energy is not known, and which no sum holds: {count}",unpriced:"Without a price, and in no cost: {energy}",mixed:"The month has prices in more than one currency, which can't be added.",no_match:"No session fits.",start:"Start",end:"End",duration:"Duration",completeness:"Completeness",complete:"complete",running:"charging now",part:"Only what flowed in this month",details_of:"Details: {start}, {place}",more:"Show more",reconciliation:"Compared with the places' own meters",reconciliation_help:"What a meter counted in the month is in sessions, in voided sessions, flowed between sessions, or is left over. Meters may differ by a percent.",reconciled:{counted:"Counted",sessions:"In sessions",voided:"Voided",between:"Between sessions",unexplained:"Left over",look:"worth a look"},close:"Close",current:"Current",power:"Mean power of each quarter hour",highest_mean:"up to {power}",pale:"pale: when it flowed is an estimate",kind:{charging:"Charging",waiting:"Waiting",paused:"Paused",car:"Car takes nothing",idle:"Not charging"},reasons:"What it did when, and why",not_known:"not known",told_energy:"By its register",meter_start:"Meter at start",meter_stop:"Meter at end",told_start:"Start, as the charger told it",told_stop:"End, as the charger told it",reason:"Ended by",highest_current:"Highest current",highest_power:"Highest power",phases:"Phases",note:"Note",evidence:"Signed values kept",revisions:"Corrections",revised:"changed {field} from {old} to {now}",revised_merge:"merged it with another session",revised_split:"split it in two",taken_back:"what was told",correct:"Correct this session",correct_help:"What the charger told stays, and so does every correction, with your name and reason. An empty value takes a correction back.",what:"What",value:"Right value",why:"Reason",save:"Save the correction",yes:"yes",no:"no",merge_with:"merging with another",field:{person:"driver",wh:"energy (kWh)",start:"start",end:"end",note:"note",void:"voided",split:"splitting in two, at"},keep:{title:"Drivers and prices",drivers:"Drivers",drivers_help:"Sessions belong to whoever had the card at that time. A driver with a Home Assistant user sees their own sessions, and may pause, go on and be put first where they charge.",add_driver:"Add driver",group:"Group",person_kind:"Kind",a_driver:"A driver",a_group:"A group, such as a household",name:"Driver's name",user:"Home Assistant user",budget:"Budget per month (kWh)",ref:"Reference, such as a cost centre",used:"{used} of {budget} this month",save:"Save",add_card:"Add card",tag:"ID tag of the card",label:"What it is called",vehicle:"Car or number plate",from:"From (empty: always, or now where it was another's)",to:"Last day",take_card:"Take card {tag} from {name}",learned:"Cards that charged and are nobody's: {cards}",forget:"Forget this driver",forget_sure:"The name, cards and notes of {name} go for good; energy and statements that were made stay.",forget_yes:"Forget for good",cancel:"Cancel",prices:"Prices",prices_help:"A driver's own price comes before a place's, and that before everybody's. What has no price is shown without one, never as 0. A new price takes the place of the one before; costs of the past keep theirs.",add_price:"Set price",end_price:"End the price: {name}",whose:"For whom",for_all:"Everybody",kind:"Price",fixed:"Fixed",entity:"An entity tells it",entity_id:"Entity",price:"Price per kWh",add:"On top, per kWh",per_session:"Per session",per_hour:"Per hour",tax:"Tax (%)",since:"From (now, if empty)",net:"Prices are without tax",per_kwh:"{price} per kWh",a_session:"{price} per session",an_hour:"{price} per hour",with_tax:"with {tax} % tax",plus_tax:"plus {tax} % tax",places:"Places",places_help:"A place is called what its charger is called, until you name it. Whose place it is may pause there, whoever charges.",place:"Name of the place",whose_place:"Whose it is",served_by:"Charger, where it was exchanged",evse_id:"EVSE ID, for OCPI",book:"Statements and book",letterhead:"Letterhead of statements",retention:"Keep months (all, if empty)",statistics:"Long-term statistics of drivers and places, for the Energy dashboard",ocpi_help:"Records of OCPI name an operator and an address. Enter what you agreed on with whoever reads them.",country_code:"Country, two letters",party_id:"Party ID, three letters",address:"Street and number",postal_code:"Postal code",city:"City",over_budget:"When it is used up",warn:"Tell administrators",refuse:"No more sessions",driver_entities:"Names of drivers in entities, for everybody who signs in: sensors of each driver's month, and who charges at an outlet"}},window:{title:"Mean power of these {minutes} min",ends:"ends in {time}",used:"{mean} of {limit} are used.",free:"{mean} are used; this window costs nothing.",forecast:"It will be about {forecast}.",cars:"It leaves the cars {cars} now.",peak:"This month's highest: {peak}, {time}",history:"Mean power of windows",highest:"Highest: {mean}, {time}",mean:"Mean",above:"Above the limit",limit:"Limit",calendar:"The limit follows {calendar}.",calendar_unread:"{calendar} can't be read in full: the lowest limit holds that it has named."},signal:{now:"{circuit} is limited to {limit} since {since} ({who}).",now_until:"{circuit} is limited to {limit} since {since}, until {until} ({who}).",contact:"the grid operator, {entity}",number:"a number entity",action:"an action"}};var R3={title:"Sähköautojen lataus",tabs:{now:"Nyt",history:"Historia",log:"Loki",settings:"Asetukset",sessions:"Lataukset"},menu:"Näytä tai piilota sivupalkki",group:"Ryhmä",loading:"Ladataan…",starting:"Käynnistyy",offline:"Ei yhdistetty",status_unknown:"Ei vielä tietoa",outlet:"{charger}, latauspiste {number}",reconnecting:"Yhteys Home Assistantiin on katkennut. Näet aiempia tietoja; näyttö jatkuu heti, kun yhteys palaa.",stopped:{title:"Tämä ryhmä ei ole käynnissä",text:"Kunnes se on taas käynnissä, sen latauslaitteet toimivat itsekseen. Syy näkyy sen kohdalla sivulla Laitteet & palvelut.",open:"Avaa Laitteet & palvelut"},removed:{title:"Tämä ryhmä poistettiin",text:"Sen latauslaitteet toimivat niin kuin ne itsekseen toimivat."},unreachable:{title:"Ryhmää ei voi näyttää",text:"Home Assistant ilmoittaa: {error} Sitä yritetään uudelleen itsestään."},no_groups:{title:"Ei vielä latausryhmää",admin:"Ryhmän muodostavat latauslaitteet, joilla on yhteinen sulake. Lisää EV Load Manager, anna sulakkeen nimellisvirta ja anna latauslaitteiden ottaa yhteyttä.",guest:"Järjestelmänvalvoja voi lisätä ryhmän sivulla Laitteet & palvelut.",add:"Lisää EV Load Manager"},no_chargers:{title:"Tässä ryhmässä ei ole vielä latauslaitetta",text:"Anna latauslaitteen asetuksissa OCPP:lle (1.6, 2.0.1 tai 2.1) tämä osoite ja sen loppuun valitsemasi tunnus:",then:"Valitse sitten Lisää latauslaite: se odottaa, kunnes latauslaite on ottanut yhteyden.",add:"Lisää latauslaite",guest:"Järjestelmänvalvoja voi lisätä latauslaitteita sivulla Laitteet & palvelut."},circuits:"Virtapiirit",circuit:{grid:"Sähköliittymä",group:"Ryhmä",feeder:"Syöttöjohto",charger:"Latauslaite"},bars:{of:"{current} / {limit}",unknown:"tuntematon",headroom:"{current} vapaana",no_headroom:"ei mitään vapaana",over:"{current} liikaa",other_load:"Muu kuorma",reserved:"Varattu, ei käytössä",unavailable:"Ei juuri nyt käytettävissä",phase_of:"{name}, vaihe {phase}",together:"{name}, kaikki vaiheet yhdessä: {drawn} / {limit}"},connector:{of_offered:"tarjottu {offered}",nothing_offered:"mitään ei tarjottu",offered:"Tarjottu",offered_help:"raja, jonka latauslaite on hyväksynyt",limit:"Raja",limit_help:"mitä se saa nyt ottaa",target:"Osuus",target_help:"mitä se saa, kun muut ovat ehtineet mukaan",reserved:"Varattu",reserved_help:"lasketaan sille, ottipa se mitä tahansa",maximum:"Enimmäisarvo",session:"{energy} ajassa {time}",session_time:"kesto {time}",id_tag:"Tunniste",driver:"Lataaja",wiring:"Vaihekytkentä",fallback:"Ilman Home Assistantia",car:"Auto",car_needs:"tarvitsee vähintään {current}",car_takes_less:"ottaa {current} vähemmän kuin tarjotaan",car_follows:"seuraa {seconds} sekunnissa",car_asks:"pyytää {energy}",car_leaves:"haluaa lähteä viimeistään {time}",car_battery:"akku {percent} %",details:"Lisätiedot",details_of:"Lisätiedot: {name}",pause:"Keskeytä",pause_of:"Keskeytä lataus: {name}",first:"Seuraavaksi",first_of:"Anna seuraava vuoro: {name}",is_first:"Se on seuraavaksi vuorossa.",allow:"Salli lataus",allow_of:"Salli lataus: {name}",stale:"ennen yhteyden katkeamista",wiring_unknown:"ei tiedossa, joten autot lasketaan kaikkiin vaiheisiin"},summary:{charging:{one:"{count} auto lataa",other:"{count} autoa lataa"},waiting:{one:"{count} auto odottaa",other:"{count} autoa odottaa"},idle:"Mikään auto ei lataa",temporary_limit:"{circuit}: rajana {limit}, päättyy {until} ({name}).",unknown:{one:"{count} tuntematon latauslaite haluaa mukaan",other:"{count} tuntematonta latauslaitetta haluaa mukaan"},see:"Katso, mikä se on",wiring_hint:"{name} on ehkä kytketty toisin kuin asetuksissa.",see_wiring:"Katso vaihekytkentä"},reason:{none:"Mitään ei ole vielä päätetty.",no_car:"Autoa ei ole kytketty.",not_started:"Auto on kytketty; lataus ei ole alkanut.",full_speed:"Mikään ei rajoita: se saa ottaa oman enimmäisarvonsa {maximum}.",equal_share:"Se jakaa virran tasan muiden kanssa.",equal_share_where:"Se jakaa vaiheen {phase} tasan muiden kanssa ({circuit}).",minimum:"Virta ei riitä kaikille: jokainen saa vähimmäisvirran.",minimum_where:"Vaihe {phase} ei riitä kaikille ({circuit}): jokainen saa vähimmäisvirran.",starting:"Se on juuri aloittanut: ensin se näyttää, mitä se voi käyttää.",unused_current:"Auto ottaa vähemmän kuin voisi; loput menee muille.",waiting_for_increase:"Se saa hetken päästä {target}: ensin muut laskevat.",too_little_to_start:"Se tarvitsee aloittamiseen enemmän virtaa kuin sille on tarjolla.",waiting_for_room:"Sille ei ole nyt vapaata virtaa: lataus jatkuu, kun virtaa on ollut hetken vapaana.",waiting_for_room_where:"Vaiheessa {phase} ({circuit}) ei ole vapaata virtaa: lataus jatkuu, kun virtaa on ollut hetken vapaana.",short_pause:"Virtaa on taas vapaana: lataus jatkuu lyhyen tauon jälkeen, sillä jatkuva katkominen kuluttaa autoja ja kontaktoreita.",waiting_for_turn:"Virta ei riitä kaikille: se odottaa vuoroaan.",limited_elsewhere:"Kaapeli ei kestä enempää, tai joku muu, kuten verkkoyhtiö, on rajoittanut laturia.",limited_elsewhere_by_cable:"Kaapeli kestää enintään {elsewhere}.",limited_elsewhere_by_ems:"Toinen energianhallinta on rajoittanut laturin virraksi {elsewhere}.",limited_elsewhere_by_so:"Verkkoyhtiö on rajoittanut laturin virraksi {elsewhere}.",limited_elsewhere_by_cso:"Aiempi latausjärjestelmä jätti laturiin {elsewhere} rajan, jota laturi ei poista.",limited_elsewhere_by_other:"Joku muu on rajoittanut laturin virraksi {elsewhere}.",limited_unknown_by_ems:"Myös toinen energianhallinta rajoittaa laturia: laturi ei kerro, kuinka paljon.",limited_unknown_by_so:"Myös verkkoyhtiö rajoittaa laturia: laturi ei kerro, kuinka paljon.",limited_unknown_by_other:"Myös joku muu rajoittaa laturia: laturi ei kerro, kuinka paljon.",finding_wiring:"Raja nousee ja laskee muutaman minuutin ajan, jotta mittarista nähdään, mitkä vaiheet seuraavat sitä.",limit_of_backend:"Laturin laskutuksen taustajärjestelmä ei salli enempää.",imbalance:"Suurempi virta kuormittaisi sen vaihetta liian epätasaisesti muihin nähden.",waiting_for_turn_where:"Vaihe {phase} ei riitä kaikille ({circuit}): se odottaa vuoroaan.",paused_by_user:"Joku on keskeyttänyt sen.",car_full:"Auto on täynnä tai ei ota virtaa muusta syystä.",car_paused:"Auto ei ota juuri nyt virtaa; sen vähimmäisvirta pidetään sille varattuna.",safe_limit:"Mittariin ei voi luottaa: kaikki jakavat turvarajan.",temporary_limit:"Tilapäinen raja on voimassa: se jakaa sen, mitä jää.",temporary_limit_where:"Tilapäinen raja on voimassa ({circuit}): se jakaa vaiheen {phase}.",charger_offline:"Latauslaite ei ole yhdistettynä: se toimii itsekseen, ja virta, jonka se voi ottaa, pidetään sille varattuna.",not_controllable:"Latauslaite ei hyväksy rajoja; muut jättävät sille tilaa.",does_not_obey:"Se ottaa enemmän virtaa kuin saisi, ja sille lasketaan se, mitä se ottaa.",over_limit:"Vaihe on yli rajansa: virtaa lasketaan, kunnes raja pitää.",over_limit_where:"Vaihe {phase} on yli rajansa ({circuit}): virtaa lasketaan, kunnes raja pitää.",balancing_off:"Kuormanhallinta ei ole käytössä: kaikki saavat ottaa enimmäisarvonsa.",alone:"Se saa kaiken jäljellä olevan virran.",alone_where:"Se saa kaiken, mitä vaiheessa {phase} on jäljellä ({circuit}).",power_limit:"Se jakaa tehon {power}, jonka {circuit} saa kuljettaa kaikissa vaiheissa yhteensä.",peak_limit:"Se pitää tämän {minutes} minuutin jakson keskitehon alle {power}.",waiting_for_peak:"Se odottaa, jotta tämän {minutes} minuutin jakson keskiteho pysyy alle {power}.",temporary_power:"{circuit} on toistaiseksi rajattu tehoon {power}: se jakaa sen, mitä jää."},next_turn:"Sen vuoro tulee viimeistään {time} kuluttua.",next_turn_now:"Sen vuoro tulee nyt.",cause:{starting:"Ei mittarin lukemaa käynnistyksen jälkeen",silent:"Mittari oli hiljaa",frozen:"Mittarin arvot eivät muuttuneet",implausible:"Mittari näytti mahdottomia arvoja"},history:{on_day:"Päivä",where:"Ryhmä tai syöttöjohto",period:"Ajanjakso",hour:"1 tunti",six_hours:"6 tuntia",day:"1 vuorokausi",week:"1 viikko",earlier:"Aiemmat",later:"Myöhemmät",chargers:"Kaikkien latauslaitteiden virta",meter:"Sähköliittymän virta",feeder_chargers:"Syöttöjohdon latauslaitteiden virta",feeder_meter:"Syöttöjohdon virta",other_load:"Muu kuorma",maximum_current:"Raja",grid_maximum_current:"Liittymän raja",safe_limit_period:"Turvaraja",download:"Lataa mittarin arvot (CSV)",no_recorder:"Home Assistant ei tallenna historiaa",no_recorder_text:"Kaaviot tarvitsevat tallennin- (recorder) ja historiaintegraatiot.",empty:"Tältä jaksolta ei ole tallennettu mitään.",summary:"{name}: suurin {highest}"},log:{safe_limit:"Turvaraja",safe_limit_help:"Milloin ryhmä jakoi turvarajan, koska mittariin ei voinut luottaa.",safe_limit_never:"Sitä ei ole koskaan tarvittu.",safe_limit_no_meter:"Tällä ryhmällä ei ole mittaria, joten se ei tarvitse turvarajaa.",start:"Alku",end:"Loppu",lasts:"kestää yhä",duration:"Kesto",cause:"Miksi",limit:"Raja",recalculations:"Laskelmat",recalculations_help:"Kaikki luvut, joista rajat laskettiin, ja tulokset, asiantuntijoille. Viimeisin vuorokausi säilytetään.",recalculations_never:"Mitään ei ole vielä laskettu. Laskenta alkaa ensimmäisestä autosta.",all_chargers:"Kaikki latauslaitteet",charger:"Latauslaite",reload:"Lataa uudelleen",live:"Reaaliajassa",time:"Aika",trigger:"Aiheuttaja",mode:"Tila",meter:"Mittari",other_load:"Muu kuorma",available:"Käytettävissä",result:"Rajat",outlet:"Latauspiste",status:"Tila",measured:"Mitattu",offered:"Tarjottu",new_limit:"Uusi raja",share:"Osuus",reason:"Syy",more:"Näytä lisää",details:"Lisätiedot: {time}",modes:{off:"Pois",dynamic:"DLM",adaptive:"ALM",safe_limit:"Turvaraja"},triggers:{capabilities:"latauslaitteen kyvyt",connection:"yhteys",connector:"latauspisteet",find_wiring:"vaihekytkennän selvitys",first_in_line:"joku asetettu seuraavaksi",identity:"latauslaitteen tiedot",report:"latauslaitteen ilmoitus",limit:"raja hyväksytty",meter:"mittari",settings:"asetukset",status:"tila",temporary_limit:"tilapäisen rajan päättyminen",time:"odotusaika on kulunut",transaction:"lataustapahtuma",values:"latauslaitteen arvot",wiring:"vaihekytkentä vahvistettu",answered:"vastaus latausasemalle"},signals:"Verkon ohjaukset",signals_help:"Kilowattirajat, joita verkkoyhtiö, automaatio tai lukuentiteetti pyysi, ja miten niiden kävi. Ne säilytetään kaksi vuotta.",signals_never:"Niitä ei ole vielä ollut.",signals_who:"Pyytäjä",signals_where:"Koskee",signals_before:"Ennen otettu",signals_kept:"Täyttyi ajassa",signals_highest:"Sen jälkeen enintään",signals_not_yet:"ei vielä",signals_not_seen:"ei nähty",signals_download:"Lataa kaikki (CSV)"},settings:{read_only:"Vain järjestelmänvalvojat voivat muuttaa asetuksia.",group:"Kuormanhallinta",maximum_current:"Kaikkien latauslaitteiden raja",maximum_current_help:"Kuinka paljon kaikki latauslaitteet saavat yhteensä ottaa, vaihetta kohden. Sulake kestää {rated}.",balancing:"Dynaaminen kuormanhallinta (DLM)",balancing_help:"Latauslaitteet jakavat rajan. Pois: jokainen saa ottaa oman enimmäisarvonsa.",policy:"Kun virta ei riitä kaikille",policies:{take_turns:"Vuorotellen: raja pitää aina",minimum_for_all:"Vähimmäisvirta kaikille: raja voi ylittyä sulakkeen kestoon asti"},adaptive:"Mukautuva kuormanhallinta (ALM)",adaptive_help:"Autot saavat sen, minkä kiinteistö niille jättää.",grid_maximum_current:"Kiinteistön ja autojen raja",grid_maximum_current_help:"Kuinka paljon kiinteistö ja autot saavat yhteensä ottaa, vaihetta kohden. Pääsulake kestää {rated}.",safe_limit:"Turvaraja",safe_limit_help:"Minkä latauslaitteet jakavat, kun mittariin ei voi luottaa. Home Assistantin pysähtymisen varalta niille annetaan ohje laskea kukin 6 A:iin, jos se mahtuu siihen kaikilta yhteensä, ja muuten lopettaa lataus; mikä siitä on varmaa, kerrotaan kunkin latauslaitteen kohdalla.",phase_choice:"Ratkaiseva vaihe",phase_choices:{each_phase:"Jokainen vaihe erikseen",highest_phase:"Kuormitetuin vaihe kaikille",l1:"L1 kaikille",l2:"L2 kaikille",l3:"L3 kaikille"},no_meter:"Ilman mittaria latauslaitteet jakavat kiinteän rajan. Mittarin avulla autot saavat sen, minkä kiinteistö niille jättää.",set_up_meter:"Ota mittari käyttöön",chargers:"Latauslaitteet",dlm:"DLM",alm:"ALM",suited:{yes:"Soveltuu",no:"Ei sovellu",unknown:"Ei vielä tiedossa"},because:{known_model:"malli tunnetaan soveltuvaksi",takes_limits:"se hyväksyi rajan",takes_no_limits:"se ei hyväksynyt rajaa millään tavalla",no_smart_charging:"se ei kerro, että sitä voi ohjata",smart_charging:"se kertoo, että sitä voi ohjata",reports_phases:"se kertoo jokaisen vaiheen virran",reports_no_phases:"se ei kerro jokaisen vaiheen virtaa",own_meter:"oma mittari kertoo sen",not_seen:"mikään lataustapahtuma ei ole vielä näyttänyt sitä"},feeder_help:"Kuinka paljon tämä syöttöjohto saa kuljettaa, vaihetta kohden. Sen sulake kestää {rated}.",feeder_safe_limit:"Turvaraja: {name}",feeder_safe_limit_help:"Minkä tämän syöttöjohdon latauslaitteet jakavat, kun sen mittariin ei voi luottaa.",without:"Jos Home Assistant pysähtyy",fail_safe:{falls:"virta laskee arvoon {fallback} viimeistään {time} kuluttua",falls_soon:"virta laskee arvoon {fallback}",stops:"lataus loppuu viimeistään {time} kuluttua",stops_soon:"lataus loppuu",stays:"se säilyttää viimeisen rajansa tai unohtaa kaikki rajat: asentajan asetus ratkaisee",unknown:"ei tiedossa ennen ensimmäistä lataustapahtumaa",accepted:"latauslaite hyväksyi sen",verified:"latauslaite vahvistaa sen",proven:"todennettu",counts:"ei vielä osoitettu, joten laskelmissa käytetään arvoa {maximum}"},find_wiring:"Selvitä vaihekytkentä",wiring_help:"Sen voi selvittää, kun auto lataa tässä: raja nousee ja laskee, ja mittari näyttää, mitkä vaiheet seuraavat.",wiring_searching:"Raja nousee ja laskee muutaman minuutin ajan. Tulos kerrotaan kohdassa Korjaukset.",connector_maximum:"Enimmäisarvo",connector_maximum_of:"Enimmäisarvo: {name}",unknown:"Odottaa hyväksyntää",unknown_help:"Nämä latauslaitteet ovat ottaneet yhteyden. Ne eivät saa rajaa eikä mikään auto lataa, ennen kuin lisäät ne.",unknown_connected:"yhdistetty",unknown_gone:"ei enää yhdistetty",add:"Lisää latauslaite",saved:"Tallennettu",entry:"Ryhmän kaikki asetukset",wiring_hint:"Auton virran muutokset näkyivät mittarissa vaiheissa {seen}. Asetusten mukaan niiden pitäisi näkyä vaiheissa {expected}. Selvitä vaihekytkentä auton ladatessa: mitään ei muuteta itsestään.",group_power_limit:"Kaikkien latauslaitteiden tehoraja",group_power_limit_help:"Mitä kaikki latauslaitteet saavat yhteensä ottaa kaikista vaiheista.",grid_power_limit:"Kiinteistön ja autojen tehoraja",grid_power_limit_help:"Mitä kiinteistö ja autot saavat yhteensä ottaa verkosta kaikista vaiheista.",peak_limit:"Huipputehon raja",peak_limit_help:"Mitä minkään neljännestunnin tai tunnin keskiteho ei saa ylittää, salli tariffi mitä tahansa.",feeder_power_limit:"Tehoraja: {name}",feeder_power_limit_help:"Mitä se saa kuljettaa kaikissa vaiheissa yhteensä."},tags:{title:"Kuka saa ladata",everybody:"Kaikki saavat ladata",everybody_help:"Ilman luetteloa kuka tahansa auton kytkevä saa ladata, näytettiinpä mikä kortti tahansa. Luettelossa estetyt torjutaan silti. Itsestään lataamisen aloittavat latauslaitteet käyttävät kiinteää tunnistetta, jonka on oltava luettelossa, jos tämä on pois päältä.",name:"Nimi",id_tag:"Tunniste",expires:"Viimeinen päivä",group:"Tunnisteiden ryhmä",blocked:"Estetty",add:"Lisää kortti",remove:"Poista {name}",save:"Tallenna luettelo",seen:"Äskettäin näytetyt",seen_help:"Näytä korttia latauslaitteelle: se ilmestyy tähän nimettäväksi.",learn:"Anna nimi: {tag}",nobody:"Luettelossa ei ole vielä ketään."},notifications:{title:"Viestit",help:"Kenelle kerrotaan mitäkin, selkein sanoin ja kerran: ei yhä uudelleen, kun jokin tulee ja menee.",no_entities:"Home Assistantissa ei ole vielä ilmoitusentiteettiä. Puhelimen sovellus ja monet muut integraatiot tuovat sellaisen.",who:"Kenelle",where:"Missä",everywhere:"Koko ryhmä",add:"Lisää vastaanottaja",save:"Tallenna vastaanottajat",remove:"Poista {name}",topics:{fault:"Viat: ylikuorma, latauslaite, joka on kadonnut, epäkunnossa tai ei tottele",safe_limit:"Turvaraja on ollut voimassa kymmenen minuuttia",car_full:"Auto on täynnä",turn:"Auton vuoro alkaa"}},card:{group:"Ryhmä",open:"Avaa sivu",outlet:"Latauspiste",feeder:"Syöttöjohto",of_group:{name:"EV Load Manager",description:"Kuka lataa, kuinka paljon ja miksi."},of_outlet:{name:"EV Load Manager: yksi latauspiste",description:"Mitä yhden latauspisteen auto saa ja miksi."},of_feeder:{name:"EV Load Manager: yksi syöttöjohto",description:"Mitä yhden syöttöjohdon kautta kulkee ja ketkä lataavat sen takana."},of_cars:{name:"EV Load Manager: autot",description:"Pelkät autot ilman niitä syöttäviä virtapiirejä."}},no_outlet:{title:"Tätä latauspistettä ei ole",text:"Sen latauslaite on poistettu tai vaihdettu."},no_outlets_behind:"Tähän syöttöjohtoon ei ole liitetty latauslaitetta.",one_outlet:{all:"Kaikki latauspisteet",fed_by:"Mistä virta tulee",copy:"Kopioi osoite",copied:"Kopioitu"},happened:{title:"Mitä on tapahtunut",help:"Kuka sai enemmän tai vähemmän ja miksi: viimeisin vuorokausi Home Assistantin käynnistyksestä lähtien.",nothing:"Mitään ei ole tapahtunut Home Assistantin käynnistyksen jälkeen.",yesterday:"Eilen",began:"{outlet}: lataustapahtuma on alkanut.",ended:"{outlet}: lataustapahtuma on päättynyt.",up:"{outlet} nousee arvoon {limit}",up_several:"{outlet} nousevat arvoon {limit}",up_some:"{outlet} saavat enemmän",down:"{outlet} laskee arvoon {limit}",down_several:"{outlet} laskevat arvoon {limit}",down_some:"{outlet} saavat vähemmän",paused:"{outlet} tauolla",paused_several:"{outlet} tauolla",goes_on:"{outlet} jatkaa, {limit}",goes_on_several:"{outlet} jatkavat, {limit}",goes_on_some:"{outlet} jatkavat",because:"{changed}: {why}.",and_others:"{names} ja {count} muuta",lost:"{outlet}: yhteys on katkennut.",back:"{outlet}: yhteys on palannut.",meter_back:"Mittari toimii taas: autot saavat sen, mitä kiinteistöltä jää.",cause:{silent:"Mittari on hiljentynyt: autot jakavat turvarajan.",frozen:"Mittarin arvot eivät enää muutu: autot jakavat turvarajan.",implausible:"Mittari näyttää mahdottomia arvoja: autot jakavat turvarajan."},setting:"{setting}: {after}, aiemmin {before}.",setting_on:"{setting}: otettu käyttöön.",setting_off:"{setting}: poistettu käytöstä.",setting_choice:"{setting}: {after}.",why:{setting:"rajaa muutettiin",safe_limit_began:"mittariin ei voi luottaa",meter_back:"mittari toimii taas",more_cars:"toinenkin auto lataa",fewer_cars:"toinen auto on lopettanut",other_load_rose:"kiinteistö ottaa enemmän vaiheesta {phase}",other_load_rose_feeder:"muu kuorma ({circuit}) ottaa enemmän vaiheesta {phase}",other_load_fell:"kiinteistö ottaa vähemmän vaiheesta {phase}",other_load_fell_feeder:"muu kuorma ({circuit}) ottaa vähemmän vaiheesta {phase}",allowed:"kukaan ei enää keskeytä sitä",full_speed:"mikään ei rajoita sitä",equal_share:"se jakaa virran muiden kanssa",equal_share_where:"se jakaa vaiheen {phase} ({circuit})",minimum:"virta ei riitä kaikille",starting:"se on juuri aloittanut",unused_current:"auto ottaa vähemmän kuin voisi",waiting_for_increase:"muut ovat laskeneet",waiting_for_turn:"se odottaa vuoroaan",waiting_for_room:"virtaa ei ole vapaana",waiting_for_room_where:"vaiheessa {phase} ({circuit}) ei ole vapaata virtaa",too_little_to_start:"virta ei riitä aloittamiseen",paused_by_user:"joku keskeytti sen",car_full:"auto on täynnä tai ei ota virtaa",car_paused:"auto ei ota juuri nyt virtaa",safe_limit:"turvaraja on voimassa",temporary_limit:"tilapäinen raja on voimassa",charger_offline:"latauslaite ei ole yhdistettynä",not_controllable:"latauslaite ei hyväksy rajoja",does_not_obey:"se ottaa enemmän kuin saisi",over_limit:"vaihe on yli rajansa",over_limit_where:"vaihe {phase} on yli rajansa ({circuit})",balancing_off:"kuormanhallinta ei ole käytössä",imbalance:"sen vaihe kuormittuisi liian epätasaisesti",finding_wiring:"vaihekytkentää selvitetään",limit_of_backend:"laskutuksen taustajärjestelmä ei salli enempää",power_limit:"se jakaa tehorajan",peak_limit:"mittausjakson keskitehon on pysyttävä rajan alla",waiting_for_peak:"mittausjakson keskiteho on rajalla"}},now_cause:{starting:"Mittari ei ole kertonut mitään käynnistyksen jälkeen.",silent:"Mittari on hiljaa.",frozen:"Mittarin arvot eivät muutu.",implausible:"Mittari näyttää mahdottomia arvoja.",shared:"Kunnes se toimii taas, autot jakavat turvarajan {limit}.",nobody:"Kukaan ei lataa, kunnes se toimii taas: turvaraja {limit} ei riitä autolle."},outlets:"Latauspisteet",sessions:{title:"Latauskerrat",none:"Näytettävää latausta ei vielä ole.",trouble:"Latauskirjaan ei voi nyt kirjoittaa: {error} Lataukset säilytetään ja kirjoitetaan myöhemmin.",month:"Kuukausi",month_before:"Edellinen kuukausi",month_after:"Seuraava kuukausi",search:"Haku: kuljettaja, kortti, paikka, huomautus",only_incomplete:"Vain puutteelliset",only:"Vain {name}",show_only:"Näytä vain {name}",spreadsheet:"Taulukkolaskentaan (CSV)",csv:"Ohjelmille (CSV)",ocpi:"Laskutukseen (OCPI)",totals:"Kuukauden summat",count:{one:"{count} lataus",other:"{count} latausta"},by_places:"Paikoittain",by_persons:"Kuljettajittain",everything:"kaikki",place:"Paikka",driver:"Kuljettaja",card:"Kortti",stop_card:"Lopetettu kortilla",sessions:"Lataukset",energy:"Energia",cost:"Hinta",by_card:"Kenen kortti oli",nobody:"Ei tunnettua kuljettajaa",statement:"Erittely",statement_of:"Erittely: {name}",unknown:"Lataukset, joiden energiaa ei tiedetä ja jotka eivät ole summissa: {count}",unpriced:"Ilman hintaa, eikä sisälly hintoihin: {energy}",mixed:"Kuukauden hinnat ovat useassa valuutassa, joten niitä ei voi laskea yhteen.",no_match:"Mikään lataus ei täsmää.",start:"Alku",end:"Loppu",duration:"Kesto",completeness:"Täydellisyys",complete:"täydellinen",running:"käynnissä",part:"Vain tässä kuussa ladattu osuus",details_of:"Tiedot: {start}, {place}",more:"Näytä lisää",reconciliation:"Verrattuna latauspaikkojen omiin mittareihin",reconciliation_help:"Mittarin kuukaudessa laskema energia on latauksissa, mitätöidyissä latauksissa, kulunut latausten välillä tai jää yli. Mittarit voivat erota prosentin.",reconciled:{counted:"Mitattu",sessions:"Latauksissa",voided:"Mitätöity",between:"Latausten välillä",unexplained:"Jää yli",look:"tarkista"},close:"Sulje",current:"Virta",power:"Keskiteho neljännestunneittain",highest_mean:"enintään {power}",pale:"vaalea: ajankohta on arvio",kind:{charging:"Lataa",waiting:"Odottaa",paused:"Tauolla",car:"Auto ei ota mitään",idle:"Ei lataa"},reasons:"Mitä tapahtui milloin ja miksi",not_known:"ei tiedossa",told_energy:"Mittarin mukaan",meter_start:"Mittari alussa",meter_stop:"Mittari lopussa",told_start:"Alku latausaseman ilmoituksen mukaan",told_stop:"Loppu latausaseman ilmoituksen mukaan",reason:"Päättymisen syy",highest_current:"Suurin virta",highest_power:"Suurin teho",phases:"Vaiheet",note:"Huomautus",evidence:"Säilytettyjä allekirjoitettuja arvoja",revisions:"Korjaukset",revised:"muutti: {field}, {old} → {now}",revised_merge:"yhdisti sen toiseen lataukseen",revised_split:"jakoi sen kahtia",taken_back:"ilmoitettu",correct:"Korjaa tämä lataus",correct_help:"Latausaseman ilmoittama säilyy, samoin jokainen korjaus nimineen ja syineen. Tyhjä arvo peruu korjauksen.",what:"Mikä",value:"Oikea arvo",why:"Syy",save:"Tallenna korjaus",yes:"kyllä",no:"ei",merge_with:"yhdistäminen toiseen",field:{person:"kuljettaja",wh:"energia (kWh)",start:"alku",end:"loppu",note:"huomautus",void:"mitätöity",split:"jako kahtia, hetkellä"},keep:{title:"Kuljettajat ja hinnat",drivers:"Kuljettajat",drivers_help:"Lataus kuuluu sille, jolla kortti silloin oli. Kuljettaja, jolla on Home Assistant -käyttäjä, näkee omat latauksensa ja voi keskeyttää, jatkaa ja siirtyä ensimmäiseksi siellä, missä lataa.",add_driver:"Lisää kuljettaja",group:"Ryhmä",person_kind:"Laji",a_driver:"Kuljettaja",a_group:"Ryhmä, kuten kotitalous",name:"Kuljettajan nimi",user:"Home Assistant -käyttäjä",budget:"Kuukausibudjetti (kWh)",ref:"Viite, kuten kustannuspaikka",used:"{used} / {budget} tässä kuussa",save:"Tallenna",add_card:"Lisää kortti",tag:"Kortin tunniste",label:"Kortin nimi",vehicle:"Auto tai rekisteritunnus",from:"Alkaen (tyhjä: aina, tai nyt jos oli toisen)",to:"Viimeinen päivä",take_card:"Poista kortti {tag} kuljettajalta {name}",learned:"Kortit, joilla on ladattu mutta jotka eivät ole kenenkään: {cards}",forget:"Unohda tämä kuljettaja",forget_sure:"Kuljettajan {name} nimi, kortit ja huomautukset poistuvat pysyvästi; energia ja tehdyt erittelyt säilyvät.",forget_yes:"Unohda pysyvästi",cancel:"Peruuta",prices:"Hinnat",prices_help:"Kuljettajan oma hinta menee paikan hinnan edelle, ja se yleisen hinnan edelle. Hinnaton näytetään hinnattomana, ei koskaan nollana. Uusi hinta korvaa edellisen; menneet kustannukset säilyvät.",add_price:"Aseta hinta",end_price:"Lopeta hinta: {name}",whose:"Kenelle",for_all:"Kaikki",kind:"Hinta",fixed:"Kiinteä",entity:"Entiteetti kertoo",entity_id:"Entiteetti",price:"Hinta / kWh",add:"Lisä kilowattitunnilta",per_session:"Latauskerralta",per_hour:"Tunnilta",tax:"Vero (%)",since:"Alkaen (tyhjä: nyt)",net:"Hinnat ovat verottomia",per_kwh:"{price} / kWh",a_session:"{price} / lataus",an_hour:"{price} / tunti",with_tax:"sis. veroa {tax} %",plus_tax:"+ veroa {tax} %",places:"Paikat",places_help:"Paikan nimi on sen latausaseman nimi, kunnes nimeät paikan. Paikan haltija voi keskeyttää siellä, lataa siinä kuka tahansa.",place:"Paikan nimi",whose_place:"Kenen paikka",served_by:"Latausasema, jos se on vaihdettu",evse_id:"EVSE-tunnus, OCPI",book:"Erittelyt ja kirja",letterhead:"Erittelyjen kirjelomakeotsikko",retention:"Säilytä kuukausia (tyhjä: kaikki)",statistics:"Kuljettajien ja paikkojen pitkäaikaistilastot Energia-näkymään",ocpi_help:"OCPI-tietueissa on toimija ja osoite. Syötä, mitä vastaanottajan kanssa on sovittu.",country_code:"Maa, kaksi kirjainta",party_id:"Toimijatunnus, kolme kirjainta",address:"Katuosoite",postal_code:"Postinumero",city:"Postitoimipaikka",over_budget:"Kun se on käytetty",warn:"Kerro ylläpitäjille",refuse:"Ei enää latauksia",driver_entities:"Kuljettajien nimet entiteeteissä, kaikkien kirjautuvien nähtävillä: anturit jokaisen kuljettajan kuukaudesta ja kuka latauspisteessä lataa"}},window:{title:"Keskiteho tällä jaksolla ({minutes} min)",ends:"päättyy {time} kuluttua",used:"{mean} / {limit} on käytetty.",free:"{mean} on käytetty; tämä jakso ei maksa mitään.",forecast:"Ennuste on noin {forecast}.",cars:"Se jättää autoille nyt {cars}.",peak:"Kuukauden korkein: {peak}, {time}",history:"Jaksojen keskitehot",highest:"Korkein: {mean}, {time}",mean:"Keskiteho",above:"Yli rajan",limit:"Raja",calendar:"Raja seuraa kalenteria {calendar}.",calendar_unread:"Kalenteria {calendar} ei voi lukea kokonaan: pienin sen kertoma raja on voimassa."},signal:{now:"{circuit} on rajattu tehoon {limit} alkaen {since} ({who}).",now_until:"{circuit} on rajattu tehoon {limit} alkaen {since}, kunnes {until} ({who}).",contact:"verkkoyhtiö, {entity}",number:"lukuentiteetti",action:"toiminto"}};var F3={title:"Elbillading",tabs:{now:"Nå",history:"Historie",log:"Logg",settings:"Innstillinger",sessions:"Ladeøkter"},menu:"Vis eller skjul sidefeltet",group:"Gruppe",loading:"Laster…",starting:"Starter",offline:"Ikke tilkoblet",status_unknown:"Ikke hørt noe ennå",outlet:"{charger}, uttak {number}",reconnecting:"Tilkoblingen til Home Assistant er brutt. Det du ser, er fra før; det fortsetter så snart tilkoblingen er tilbake.",stopped:{title:"Denne gruppen kjører ikke",text:"Til den kjører igjen, gjør laderne det de gjør på egen hånd. Oppføringen under Enheter og tjenester sier hvorfor.",open:"Åpne Enheter og tjenester"},removed:{title:"Denne gruppen ble fjernet",text:"Laderne gjør det de gjør på egen hånd."},unreachable:{title:"Gruppen kan ikke vises",text:"Home Assistant sier: {error} Det prøves igjen av seg selv."},no_groups:{title:"Ingen ladegruppe ennå",admin:"En gruppe er laderne som deler én sikring. Legg til EV Load Manager, oppgi sikringens merkestrøm, og la laderne koble seg til.",guest:"En administrator kan legge til en under Enheter og tjenester.",add:"Legg til EV Load Manager"},no_chargers:{title:"Ingen lader i denne gruppen ennå",text:"Oppgi denne adressen for OCPP 1.6, 2.0.1 eller 2.1 i laderens innstillinger, med en ID du velger selv på slutten:",then:"Velg deretter Legg til lader: den venter til laderen har koblet seg til.",add:"Legg til lader",guest:"En administrator kan legge til ladere under Enheter og tjenester."},circuits:"Kurser",circuit:{grid:"Nettilknytning",group:"Gruppe",feeder:"Matekabel",charger:"Lader"},bars:{of:"{current} av {limit}",unknown:"ukjent",headroom:"{current} ledig",no_headroom:"ingenting ledig",over:"{current} for mye",other_load:"Øvrig last",reserved:"Satt av, trekkes ikke",unavailable:"Ikke tilgjengelig nå",phase_of:"{name}, fase {phase}",together:"{name}, alle faser til sammen: {drawn} av {limit}"},connector:{of_offered:"av {offered} tilbudt",nothing_offered:"ingenting tilbudt",offered:"Tilbudt",offered_help:"grensen som laderen har godtatt",limit:"Grense",limit_help:"det den får ta nå",target:"Andel",target_help:"det den får når de andre har fulgt etter",reserved:"Satt av",reserved_help:"regnes til den, uansett hva den trekker",maximum:"Høyeste verdi",session:"{energy} på {time}",session_time:"i {time}",id_tag:"ID-brikke",driver:"Sjåfør",wiring:"Fasekobling",fallback:"Uten Home Assistant",car:"Bilen",car_needs:"trenger minst {current}",car_takes_less:"tar {current} mindre enn tilbudt",car_follows:"følger innen {seconds} s",car_asks:"ber om {energy}",car_leaves:"vil kjøre innen {time}",car_battery:"batteri på {percent} %",details:"Detaljer",details_of:"Detaljer for {name}",pause:"Pause",pause_of:"Sett ladingen på {name} på pause",first:"Neste",first_of:"Gi neste tur til {name}",is_first:"Den er først i køen.",allow:"La den lade",allow_of:"La {name} lade",stale:"fra før tilkoblingen ble brutt",wiring_unknown:"ikke kjent, så bilene regnes på alle faser"},summary:{charging:{one:"{count} bil lader",other:"{count} biler lader"},waiting:{one:"{count} bil venter",other:"{count} biler venter"},idle:"Ingen bil lader",temporary_limit:"{circuit} er begrenset til {limit} til {until} ({name}).",unknown:{one:"{count} ukjent lader vil være med",other:"{count} ukjente ladere vil være med"},see:"Se hvilken det er",wiring_hint:"{name} er kanskje koblet annerledes enn innstillingene sier.",see_wiring:"Se fasekoblingen"},reason:{none:"Ingenting er bestemt ennå.",no_car:"Ingen bil er plugget inn.",not_started:"En bil er plugget inn; ladingen har ikke startet.",full_speed:"Ingenting holder den tilbake: den får trekke sin høyeste verdi på {maximum}.",equal_share:"Den deler strømmen likt med de andre.",equal_share_where:"Den deler fase {phase} likt med de andre ({circuit}).",minimum:"Strømmen rekker ikke til alle: hver og en beholder minstestrømmen.",minimum_where:"Fase {phase} rekker ikke til alle ({circuit}): hver og en beholder minstestrømmen.",starting:"Den har nettopp startet: først viser den hva den kan bruke.",unused_current:"Bilen tar mindre enn den kunne; resten går til andre.",waiting_for_increase:"Den får {target} om et øyeblikk: andre går ned først.",too_little_to_start:"Den trenger mer strøm for å starte enn det er til den.",waiting_for_room:"Det er ingen ledig strøm til den nå: den fortsetter når det har vært ledig en stund.",waiting_for_room_where:"Fase {phase} har ingen ledig strøm ({circuit}): den fortsetter når det har vært ledig en stund.",short_pause:"Det er ledig strøm igjen: den fortsetter etter en kort pause, fordi stadig av og på sliter på biler og kontaktorer.",waiting_for_turn:"Det rekker ikke til alle: den venter på tur.",limited_elsewhere:"Kabelen tåler ikke mer, eller laderen er begrenset av noen andre, som nettselskapet.",limited_elsewhere_by_cable:"Kabelen tåler høyst {elsewhere}.",limited_elsewhere_by_ems:"En annen energistyring begrenser laderen til {elsewhere}.",limited_elsewhere_by_so:"Nettselskapet begrenser laderen til {elsewhere}.",limited_elsewhere_by_cso:"Et tidligere ladesystem har lagt igjen en grense på {elsewhere} i laderen, som ikke sletter den.",limited_elsewhere_by_other:"Noen andre begrenser laderen til {elsewhere}.",limited_unknown_by_ems:"Også en annen energistyring begrenser laderen: til hvor mye, sier den ikke.",limited_unknown_by_so:"Også nettselskapet begrenser laderen: til hvor mye, sier den ikke.",limited_unknown_by_other:"Også noen andre begrenser laderen: til hvor mye, sier den ikke.",finding_wiring:"Grensen går opp og ned i noen minutter, så måleren viser hvilke faser som følger.",limit_of_backend:"Betalingssystemets backend tillater ikke mer.",imbalance:"Mer ville belastet fasen for skjevt i forhold til de andre.",waiting_for_turn_where:"Fase {phase} rekker ikke til alle ({circuit}): den venter på tur.",paused_by_user:"Noen har satt den på pause.",car_full:"Bilen er full eller tar ingenting av andre grunner.",car_paused:"Bilen tar ingenting for øyeblikket; minstestrømmen holdes av til den.",safe_limit:"Måleren er ikke til å stole på: alle deler sikkerhetsgrensen.",temporary_limit:"En midlertidig grense gjelder: den deler det som blir igjen.",temporary_limit_where:"En midlertidig grense gjelder ({circuit}): den deler fase {phase}.",charger_offline:"Laderen er ikke tilkoblet: den gjør det den gjør på egen hånd, og det den kan trekke, holdes av til den.",not_controllable:"Laderen tar ikke imot grenser; de andre lar det være plass til den.",does_not_obey:"Den trekker mer enn den får lov til og regnes med det den trekker.",over_limit:"En fase er over grensen sin: strømmen senkes til grensen holder.",over_limit_where:"Fase {phase} er over grensen sin ({circuit}): strømmen senkes til grensen holder.",balancing_off:"Laststyringen er av: alle får trekke sin høyeste verdi.",alone:"Den får all strømmen som er igjen.",alone_where:"Den får alt som er igjen på fase {phase} ({circuit}).",power_limit:"Den deler {power}, som {circuit} får føre over alle faser.",peak_limit:"Den holder gjennomsnittet av disse {minutes} min under {power}.",waiting_for_peak:"Den venter, slik at gjennomsnittet av disse {minutes} min holder seg under {power}.",temporary_power:"{circuit} er begrenset til {power} en stund: den deler det som blir igjen."},next_turn:"Den får tur senest om {time}.",next_turn_now:"Den får tur nå.",cause:{starting:"Ingen avlesning av måleren siden starten",silent:"Måleren var taus",frozen:"Målerens verdier endret seg ikke",implausible:"Måleren viste umulige verdier"},history:{on_day:"Dag",where:"Gruppe eller matekabel",period:"Periode",hour:"1 time",six_hours:"6 timer",day:"1 døgn",week:"1 uke",earlier:"Tidligere",later:"Senere",chargers:"Strømmen til alle ladere",meter:"Strømmen ved nettilknytningen",feeder_chargers:"Strømmen til laderne på matekabelen",feeder_meter:"Strømmen i matekabelen",other_load:"Øvrig last",maximum_current:"Grense",grid_maximum_current:"Grense for nettet",safe_limit_period:"Sikkerhetsgrense",download:"Last ned målerens verdier (CSV)",no_recorder:"Home Assistant lagrer ingen historie",no_recorder_text:"Integrasjonene recorder og historie trengs for diagrammene.",empty:"Ingenting er lagret fra denne perioden.",summary:"{name}: høyest {highest}"},log:{safe_limit:"Sikkerhetsgrense",safe_limit_help:"Når gruppen delte sikkerhetsgrensen fordi måleren ikke var til å stole på.",safe_limit_never:"Den har aldri vært nødvendig.",safe_limit_no_meter:"Denne gruppen har ingen måler, så den trenger ingen sikkerhetsgrense.",start:"Start",end:"Slutt",lasts:"pågår",duration:"Varighet",cause:"Hvorfor",limit:"Grense",recalculations:"Beregninger",recalculations_help:"Alle tall som gikk inn i en grense og kom ut av den, for fagfolk. Det siste døgnet tas vare på.",recalculations_never:"Ingenting er beregnet ennå. Det begynner med den første bilen.",all_chargers:"Alle ladere",charger:"Lader",reload:"Last inn på nytt",live:"Direkte",time:"Tid",trigger:"På grunn av",mode:"Modus",meter:"Måler",other_load:"Øvrig last",available:"Tilgjengelig",result:"Grenser",outlet:"Uttak",status:"Status",measured:"Målt",offered:"Tilbudt",new_limit:"Ny grense",share:"Andel",reason:"Årsak",more:"Vis mer",details:"Detaljer for {time}",modes:{off:"Av",dynamic:"DLM",adaptive:"ALM",safe_limit:"Sikkerhetsgrense"},triggers:{capabilities:"laderens egenskaper",connection:"tilkobling",connector:"uttak",find_wiring:"søk etter fasekoblingen",first_in_line:"noen satt først",identity:"laderens identitet",report:"laderens melding",limit:"grense godtatt",meter:"måler",settings:"innstillinger",status:"status",temporary_limit:"slutt på en midlertidig grense",time:"en ventetid er over",transaction:"ladeøkt",values:"laderens verdier",wiring:"fasekoblingen bekreftet",answered:"svar til en lader"},signals:"Signaler fra nettet",signals_help:"Grenser i kW som en netteier, en automasjon eller et tall ba om, og hva det ble av dem. De beholdes i to år.",signals_never:"Det har ikke vært noen ennå.",signals_who:"Bedt om av",signals_where:"Gjelder for",signals_before:"Trukket før",signals_kept:"Holdt etter",signals_highest:"Høyest deretter",signals_not_yet:"ikke ennå",signals_not_seen:"ikke sett",signals_download:"Last ned alle (CSV)"},settings:{read_only:"Bare administratorer kan endre innstillinger.",group:"Laststyring",maximum_current:"Grense for alle ladere",maximum_current_help:"Hva alle laderne til sammen får trekke, per fase. Sikringen tåler {rated}.",balancing:"Dynamisk laststyring (DLM)",balancing_help:"Laderne deler grensen. Av: hver av dem får trekke sin egen høyeste verdi.",policy:"Når strømmen ikke rekker til alle",policies:{take_turns:"På omgang: grensen holder alltid",minimum_for_all:"Minstestrøm til alle: grensen kan overskrides, opp til sikringen"},adaptive:"Adaptiv laststyring (ALM)",adaptive_help:"Bilene får det som bygningen har til overs.",grid_maximum_current:"Grense for bygning og biler",grid_maximum_current_help:"Hva bygningen og bilene til sammen får trekke, per fase. Hovedsikringen tåler {rated}.",safe_limit:"Sikkerhetsgrense",safe_limit_help:"Det laderne deler når måleren ikke er til å stole på. I tilfelle Home Assistant stopper, får de beskjed om å gå ned til 6 A hver der det får plass til alle, og ellers slutte å lade; hva som er sikkert av det, står ved hver lader.",phase_choice:"Fase som gjelder",phase_choices:{each_phase:"Hver fase for seg",highest_phase:"Den mest belastede fasen for alle",l1:"L1 for alle",l2:"L2 for alle",l3:"L3 for alle"},no_meter:"Uten måler deler laderne en fast grense. Med en får bilene det som bygningen har til overs.",set_up_meter:"Sett opp en måler",chargers:"Ladere",dlm:"DLM",alm:"ALM",suited:{yes:"Egnet",no:"Ikke egnet",unknown:"Ikke kjent ennå"},because:{known_model:"modellen er kjent for det",takes_limits:"den tok imot en grense",takes_no_limits:"den avviste alle måter å sette en grense på",no_smart_charging:"den sier ikke at den kan styres",smart_charging:"den sier at den kan styres",reports_phases:"den rapporterer strømmen på hver fase",reports_no_phases:"den rapporterer ikke strømmen på hver fase",own_meter:"en egen måler oppgir det",not_seen:"ingen ladeøkt har vist det ennå"},feeder_help:"Hva denne matekabelen kan bære, per fase. Sikringen tåler {rated}.",feeder_safe_limit:"Sikkerhetsgrense for {name}",feeder_safe_limit_help:"Det laderne på denne matekabelen deler mens måleren dens ikke er til å stole på.",without:"Hvis Home Assistant stopper",fail_safe:{falls:"den går ned til {fallback} etter høyst {time}",falls_soon:"den går ned til {fallback}",stops:"den slutter å lade etter høyst {time}",stops_soon:"den slutter å lade",stays:"den beholder sin siste grense eller glemmer alle grenser: det er installatørens innstilling som gjelder",unknown:"ikke kjent før den første ladeøkten",accepted:"laderen godtok det",verified:"laderen bekrefter det",proven:"bevist",counts:"ikke bevist ennå, så det regnes med opptil {maximum}"},find_wiring:"Finn fasekoblingen",wiring_help:"Den kan finnes mens en bil lader her: grensen går opp og ned, og måleren viser hvilke faser som følger.",wiring_searching:"Grensen går opp og ned i noen minutter. Resultatet står under Reparasjoner.",connector_maximum:"Høyeste verdi",connector_maximum_of:"Høyeste verdi for {name}",unknown:"Venter på å bli godtatt",unknown_help:"Disse laderne har koblet seg til. De får ingen grense, og ingen bil lader før du legger dem til.",unknown_connected:"tilkoblet",unknown_gone:"ikke lenger tilkoblet",add:"Legg til lader",saved:"Lagret",entry:"Alle innstillinger for gruppen",wiring_hint:"Bilens endringer viste seg på {seen} hos måleren. Etter fasekoblingen skulle de vist seg på {expected}. Finn fasekoblingen mens en bil lader: ingenting endres av seg selv.",group_power_limit:"Effektgrense for alle ladere",group_power_limit_help:"Hva alle laderne til sammen får trekke over alle faser.",grid_power_limit:"Effektgrense for bygning og biler",grid_power_limit_help:"Hva bygning og biler til sammen får hente fra nettet over alle faser.",peak_limit:"Effekttoppgrense",peak_limit_help:"Hva gjennomsnittet av et kvarter eller en time aldri skal overstige, uansett hva en tariff lar være fritt.",feeder_power_limit:"Effektgrense for {name}",feeder_power_limit_help:"Hva den får føre over alle faser."},tags:{title:"Hvem som kan lade",everybody:"Alle kan lade",everybody_help:"Uten liste kan alle som plugger inn en bil lade, uansett hvilket kort som vises. Sperrede på listen avvises likevel. Ladere som starter av seg selv, bruker en fast ID-brikke, som må være på listen hvis dette er av.",name:"Navn",id_tag:"ID-brikke",expires:"Siste dag",group:"Gruppe av brikker",blocked:"Sperret",add:"Legg til kort",remove:"Fjern {name}",save:"Lagre listen",seen:"Nylig vist",seen_help:"Hold et kort mot en lader: det dukker opp her og kan få et navn.",learn:"Gi {tag} et navn",nobody:"Ingen står på listen ennå."},notifications:{title:"Meldinger",help:"Hvem som får vite hva, med klare ord og én gang: ikke om og om igjen mens noe kommer og går.",no_entities:"Home Assistant har ingen varslingsentitet ennå. Appen på en telefon og mange andre integrasjoner har en.",who:"Hvem",where:"Hvor",everywhere:"Hele gruppen",add:"Legg til mottaker",save:"Lagre mottakerne",remove:"Fjern {name}",topics:{fault:"Feil: overlast, en lader som er mistet, ute av drift eller ikke adlyder",safe_limit:"Sikkerhetsgrensen har vart i ti minutter",car_full:"Bilen er full",turn:"Bilens tur begynner"}},card:{group:"Gruppe",open:"Åpne siden",outlet:"Uttak",feeder:"Matekabel",of_group:{name:"EV Load Manager",description:"Hvem som lader med hvor mye, og hvorfor."},of_outlet:{name:"EV Load Manager: ett uttak",description:"Hva bilen ved ett uttak får, og hvorfor."},of_feeder:{name:"EV Load Manager: én matekabel",description:"Hva som går gjennom én matekabel, og hvem som lader bak den."},of_cars:{name:"EV Load Manager: biler",description:"Bare bilene, uten kretsene som mater dem."}},no_outlet:{title:"Dette uttaket finnes ikke",text:"Laderen er fjernet eller byttet ut."},no_outlets_behind:"Ingen lader henger på denne matekabelen.",one_outlet:{all:"Alle uttak",fed_by:"Hva som mater det",copy:"Kopier adressen",copied:"Kopiert til utklippstavlen"},happened:{title:"Hva som har skjedd",help:"Hvem som fikk mer eller mindre, og hvorfor: det siste døgnet, siden Home Assistant startet.",nothing:"Ingenting har skjedd siden Home Assistant startet.",yesterday:"I går",began:"{outlet}: en ladeøkt har begynt.",ended:"{outlet}: ladeøkten er slutt.",up:"{outlet} opp til {limit}",up_several:"{outlet} opp til {limit}",up_some:"{outlet} får mer",down:"{outlet} ned til {limit}",down_several:"{outlet} ned til {limit}",down_some:"{outlet} får mindre",paused:"{outlet} satt på pause",paused_several:"{outlet} satt på pause",goes_on:"{outlet} fortsetter med {limit}",goes_on_several:"{outlet} fortsetter med {limit}",goes_on_some:"{outlet} fortsetter",because:"{changed}: {why}.",and_others:"{names} og {count} andre",lost:"{outlet}: forbindelsen er brutt.",back:"{outlet}: tilkoblet igjen.",meter_back:"Måleren er tilbake: bilene får det bygningen lar være igjen.",cause:{silent:"Måleren er blitt taus: bilene deler sikkerhetsgrensen.",frozen:"Målerens verdier har stanset: bilene deler sikkerhetsgrensen.",implausible:"Måleren viser umulige verdier: bilene deler sikkerhetsgrensen."},setting:"{setting}: {after} i stedet for {before}.",setting_on:"{setting}: slått på.",setting_off:"{setting}: slått av.",setting_choice:"{setting}: {after}.",why:{setting:"en grense ble endret",safe_limit_began:"måleren er ikke til å stole på",meter_back:"måleren er tilbake",more_cars:"en bil til lader",fewer_cars:"en annen bil har sluttet",other_load_rose:"bygningen trekker mer på {phase}",other_load_rose_feeder:"det som ellers henger på {circuit}, trekker mer på {phase}",other_load_fell:"bygningen trekker mindre på {phase}",other_load_fell_feeder:"det som ellers henger på {circuit}, trekker mindre på {phase}",allowed:"ingen holder den på pause lenger",full_speed:"ingenting holder den tilbake",equal_share:"den deler med de andre",equal_share_where:"den deler {phase} ({circuit})",minimum:"det rekker ikke til alle",starting:"den har nettopp startet",unused_current:"bilen tar mindre enn den kunne",waiting_for_increase:"andre har gått ned",waiting_for_turn:"den venter på tur",waiting_for_room:"det er ingen ledig strøm",waiting_for_room_where:"{phase} har ingen ledig strøm ({circuit})",too_little_to_start:"det er for lite til å starte",paused_by_user:"noen satte den på pause",car_full:"bilen er full eller tar ingenting",car_paused:"bilen tar ingenting for øyeblikket",safe_limit:"sikkerhetsgrensen gjelder",temporary_limit:"en midlertidig grense gjelder",charger_offline:"laderen er ikke tilkoblet",not_controllable:"laderen tar ikke imot grenser",does_not_obey:"den trekker mer enn den får lov til",over_limit:"en fase er over grensen sin",over_limit_where:"{phase} er over grensen sin ({circuit})",balancing_off:"laststyringen er av",imbalance:"fasen ville blitt for skjevt belastet",finding_wiring:"fasekoblingen letes etter",limit_of_backend:"betalingssystemets backend tillater ikke mer",power_limit:"den deler en effektgrense",peak_limit:"gjennomsnittseffekten i tidsvinduet skal holde seg under grensen",waiting_for_peak:"gjennomsnittseffekten i tidsvinduet er ved grensen"}},now_cause:{starting:"Måleren har ikke sagt noe siden starten.",silent:"Måleren er taus.",frozen:"Målerens verdier endrer seg ikke.",implausible:"Måleren viser umulige verdier.",shared:"Til den er tilbake, deler bilene sikkerhetsgrensen på {limit}.",nobody:"Ingen lader før den er tilbake: sikkerhetsgrensen på {limit} er for lav for en bil."},outlets:"Uttakene",sessions:{title:"Ladeøkter",none:"Det er ingen ladeøkt å vise ennå.",trouble:"Øktboken kan ikke skrives akkurat nå: {error} Det som lades, tas vare på og skrives senere.",month:"Måned",month_before:"Forrige måned",month_after:"Neste måned",search:"Søk: sjåfør, kort, plass, merknad",only_incomplete:"Bare de som ikke er fullstendige",only:"Bare {name}",show_only:"Vis bare {name}",spreadsheet:"For regneark (CSV)",csv:"For programmer (CSV)",ocpi:"For fakturering (OCPI)",totals:"Summer for måneden",count:{one:"{count} økt",other:"{count} økter"},by_places:"Per plass",by_persons:"Per sjåfør",everything:"alt",place:"Plass",driver:"Sjåfør",card:"Kort",stop_card:"Avsluttet med kort",sessions:"Økter",energy:"Energi",cost:"Kostnad",by_card:"Den som hadde kortet",nobody:"Ingen kjent",statement:"Oppgjør",statement_of:"Oppgjør: {name}",unknown:"Økter med ukjent energi, som ikke er med i noen sum: {count}",unpriced:"Uten pris og ikke med i kostnaden: {energy}",mixed:"Måneden har priser i flere valutaer, som ikke kan legges sammen.",no_match:"Ingen økt passer.",start:"Start",end:"Slutt",duration:"Varighet",completeness:"Fullstendighet",complete:"fullstendig",running:"pågår",part:"Bare det som gikk i denne måneden",details_of:"Detaljer: {start}, {place}",more:"Vis flere",reconciliation:"Sammenlignet med plassenes egne målere",reconciliation_help:"Det en måler telte i måneden, er i økter, i annullerte økter, gikk mellom økter, eller er til overs. Målere kan avvike en prosent.",reconciled:{counted:"Talt",sessions:"I økter",voided:"Annullert",between:"Mellom økter",unexplained:"Til overs",look:"bør ses på"},close:"Lukk",current:"Strøm",power:"Gjennomsnittlig effekt per kvarter",highest_mean:"opptil {power}",pale:"lys: tidspunktet er anslått",kind:{charging:"Lader",waiting:"Venter",paused:"Satt på pause",car:"Bilen tar ikke imot",idle:"Lader ikke"},reasons:"Hva som skjedde når, og hvorfor",not_known:"ukjent",told_energy:"Etter måleren",meter_start:"Måler ved start",meter_stop:"Måler ved slutt",told_start:"Start, slik laderen meldte det",told_stop:"Slutt, slik laderen meldte det",reason:"Avsluttet av",highest_current:"Høyeste strøm",highest_power:"Høyeste effekt",phases:"Faser",note:"Merknad",evidence:"Signerte verdier som er bevart",revisions:"Rettelser",revised:"endret {field} fra {old} til {now}",revised_merge:"slo den sammen med en annen økt",revised_split:"delte den i to",taken_back:"det som ble meldt",correct:"Rett denne økten",correct_help:"Det laderen meldte, blir stående, og det gjør også hver rettelse med navn og grunn. En tom verdi tar en rettelse tilbake.",what:"Hva",value:"Riktig verdi",why:"Grunn",save:"Lagre rettelsen",yes:"ja",no:"nei",merge_with:"slå sammen med",field:{person:"sjåfør",wh:"energi (kWh)",start:"starttid",end:"slutt",note:"merknad",void:"annullert",split:"deling i to, kl."},keep:{title:"Sjåfører og priser",drivers:"Sjåfører",drivers_help:"En økt tilhører den som hadde kortet da. En sjåfør med en bruker i Home Assistant ser sine egne økter, og kan sette på pause, fortsette og stille seg først der de lader.",add_driver:"Legg til sjåfør",group:"Gruppe",person_kind:"Type",a_driver:"En sjåfør",a_group:"En gruppe, for eksempel en husstand",name:"Sjåførens navn",user:"Bruker i Home Assistant",budget:"Budsjett per måned (kWh)",ref:"Referanse, for eksempel kostnadssted",used:"{used} av {budget} denne måneden",save:"Lagre",add_card:"Legg til kort",tag:"Kortets ID",label:"Hva det heter",vehicle:"Bil eller skilt",from:"Fra (tom: alltid, eller nå om det var en annens)",to:"Siste dag",take_card:"Ta kort {tag} fra {name}",learned:"Kort som har ladet og ikke er noens: {cards}",forget:"Glem denne sjåføren",forget_sure:"Navn, kort og merknader for {name} forsvinner for godt; energi og laget oppgjør blir.",forget_yes:"Glem for godt",cancel:"Avbryt",prices:"Priser",prices_help:"En sjåførs egen pris går foran plassens, og den foran alles. Det som ikke har pris, vises uten, aldri som 0. En ny pris avløser den forrige; tidligere kostnader beholder sin.",add_price:"Sett pris",end_price:"Avslutt prisen: {name}",whose:"For hvem",for_all:"Alle",kind:"Pris",fixed:"Fast",entity:"En entitet sier den",entity_id:"Entitet",price:"Pris per kWh",add:"Tillegg per kWh",per_session:"Per økt",per_hour:"Per time",tax:"Avgift (%)",since:"Fra (tom: nå)",net:"Prisene er uten avgift",per_kwh:"{price} for hver kWh",a_session:"{price} per økt",an_hour:"{price} per time",with_tax:"med {tax} % avgift",plus_tax:"pluss {tax} % avgift",places:"Plasser",places_help:"En plass heter det laderen heter, til du gir den navn. Den som eier plassen, kan sette på pause der, uansett hvem som lader.",place:"Plassens navn",whose_place:"Hvem den tilhører",served_by:"Lader, hvis den er byttet",evse_id:"EVSE-ID, for OCPI-filer",book:"Oppgjør og bok",letterhead:"Brevhode på oppgjør",retention:"Måneder som bevares (tom: alle)",statistics:"Langtidsstatistikk for sjåfører og plasser, for energidashbordet",ocpi_help:"OCPI-poster navngir en operatør og en adresse. Skriv inn det som er avtalt med mottakeren.",country_code:"Land, to bokstaver",party_id:"Party-ID, tre bokstaver",address:"Gate og nummer",postal_code:"Postnummer",city:"Sted",over_budget:"Når det er brukt opp",warn:"Si fra til administratorer",refuse:"Ingen flere økter",driver_entities:"Navn på sjåfører i entiteter, for alle som logger inn: sensorer for hver sjåførs måned, og hvem som lader ved et ladepunkt"}},window:{title:"Gjennomsnittseffekt i disse {minutes} min",ends:"slutter om {time}",used:"{mean} av {limit} er brukt.",free:"{mean} er brukt; dette vinduet koster ingenting.",forecast:"Det blir omtrent {forecast}.",cars:"Det lar bilene få {cars} nå.",peak:"Månedens høyeste: {peak}, {time}",history:"Gjennomsnittseffekt i vinduene",highest:"Høyeste: {mean}, {time}",mean:"Gjennomsnitt",above:"Over grensen",limit:"Grense",calendar:"Grensen følger {calendar}.",calendar_unread:"{calendar} kan ikke leses helt: den laveste grensen den har nevnt, gjelder."},signal:{now:"{circuit} er begrenset til {limit} siden {since} ({who}).",now_until:"{circuit} er begrenset til {limit} siden {since}, til {until} ({who}).",contact:"netteieren, {entity}",number:"en tallentitet",action:"en handling"}};var D3={title:"Auto's laden",tabs:{now:"Nu",history:"Geschiedenis",log:"Logboek",settings:"Instellingen",sessions:"Laadsessies"},menu:"Zijbalk tonen of verbergen",group:"Groep",loading:"Laden…",starting:"Start",offline:"Niet verbonden",status_unknown:"Nog niets gehoord",outlet:"{charger}, laadpunt {number}",reconnecting:"De verbinding met Home Assistant is verbroken. Wat je ziet, is van daarvoor; het gaat verder zodra de verbinding terug is.",stopped:{title:"Deze groep is niet actief",text:"Tot ze weer draait, doen haar laadpalen wat ze uit zichzelf doen. Het item onder Apparaten en diensten vertelt waarom.",open:"Apparaten en diensten openen"},removed:{title:"Deze groep is verwijderd",text:"De laadpalen doen wat ze uit zichzelf doen."},unreachable:{title:"De groep kan niet worden getoond",text:"Home Assistant meldt: {error} Het wordt vanzelf opnieuw geprobeerd."},no_groups:{title:"Nog geen groep laadpalen",admin:"Een groep zijn de laadpalen die één zekering delen. Voeg EV Load Manager toe, vul de nominale stroom van de zekering in en laat de laadpalen verbinding maken.",guest:"Een beheerder kan er een toevoegen onder Apparaten en diensten.",add:"EV Load Manager toevoegen"},no_chargers:{title:"Nog geen laadpaal in deze groep",text:"Vul in de instellingen van de laadpaal dit adres voor OCPP 1.6, 2.0.1 of 2.1 in, met een ID naar keuze aan het eind:",then:"Kies daarna Laadpaal toevoegen: er wordt gewacht tot de laadpaal verbinding heeft gemaakt.",add:"Laadpaal toevoegen",guest:"Een beheerder kan laadpalen toevoegen onder Apparaten en diensten."},circuits:"Stroomkringen",circuit:{grid:"Netaansluiting",group:"Groep",feeder:"Voedingskabel",charger:"Laadpaal"},bars:{of:"{current} van {limit}",unknown:"onbekend",headroom:"{current} vrij",no_headroom:"niets vrij",over:"{current} te veel",other_load:"Overige belasting",reserved:"Vrijgehouden, niet afgenomen",unavailable:"Nu niet beschikbaar",phase_of:"{name}, fase {phase}",together:"{name}, alle fasen samen: {drawn} van {limit}"},connector:{of_offered:"van {offered} aangeboden",nothing_offered:"niets aangeboden",offered:"Aangeboden",offered_help:"de limiet die de laadpaal heeft aangenomen",limit:"Limiet",limit_help:"wat er nu is toegestaan",target:"Aandeel",target_help:"wat het krijgt zodra de andere gevolgd zijn",reserved:"Vrijgehouden",reserved_help:"ervoor meegeteld, hoeveel er ook wordt afgenomen",maximum:"Maximum",session:"{energy} in {time}",session_time:"al {time}",id_tag:"ID-tag",driver:"Bestuurder",wiring:"Faseaansluiting",fallback:"Zonder Home Assistant",car:"De auto",car_needs:"heeft minstens {current} nodig",car_takes_less:"neemt {current} minder dan aangeboden",car_follows:"volgt binnen {seconds} s",car_asks:"vraagt {energy}",car_leaves:"wil uiterlijk {time} vertrekken",car_battery:"accu op {percent} %",details:"Details",details_of:"Details van {name}",pause:"Pauzeren",pause_of:"Laden bij {name} pauzeren",first:"Volgende",first_of:"{name} de volgende beurt geven",is_first:"Is als eerste aan de beurt.",allow:"Laten laden",allow_of:"{name} laten laden",stale:"van voordat de verbinding wegviel",wiring_unknown:"niet bekend, dus de auto’s tellen op alle fasen"},summary:{charging:{one:"{count} auto laadt",other:"{count} auto's laden"},waiting:{one:"{count} auto wacht",other:"{count} auto's wachten"},idle:"Er laadt geen auto",temporary_limit:"{circuit} is tot {until} begrensd op {limit} ({name}).",unknown:{one:"{count} onbekende laadpaal wil meedoen",other:"{count} onbekende laadpalen willen meedoen"},see:"Bekijken wie het is",wiring_hint:"{name} is misschien anders aangesloten dan de instellingen zeggen.",see_wiring:"Faseaansluiting bekijken"},reason:{none:"Er is nog niets besloten.",no_car:"Er is geen auto aangesloten.",not_started:"Er is een auto aangesloten; het laden is nog niet begonnen.",full_speed:"Niets houdt de auto tegen: hij mag zijn maximum van {maximum} afnemen.",equal_share:"De auto deelt de stroom gelijk met de andere.",equal_share_where:"De auto deelt fase {phase} van {circuit} gelijk met de andere.",minimum:"Er is te weinig voor iedereen: elke auto houdt het minimum.",minimum_where:"Er is te weinig voor iedereen op fase {phase} van {circuit}: elke auto houdt het minimum.",starting:"De auto is net begonnen: eerst laat hij zien wat hij kan gebruiken.",unused_current:"De auto neemt minder dan hij zou kunnen krijgen; de rest gaat naar andere.",waiting_for_increase:"De auto krijgt zo {target}: eerst gaan andere omlaag.",too_little_to_start:"Om te starten is meer stroom nodig dan er voor deze auto is.",waiting_for_room:"Er is nu geen ruimte voor de auto: hij gaat verder zodra er even ruimte is geweest.",waiting_for_room_where:"Er is geen ruimte op fase {phase} van {circuit}: de auto gaat verder zodra er even ruimte is geweest.",short_pause:"Er is weer ruimte: na een korte pauze gaat het verder, omdat steeds aan en uit auto’s en magneetschakelaars slijt.",waiting_for_turn:"Er is niet genoeg voor iedereen: de auto wacht op zijn beurt.",limited_elsewhere:"De kabel kan niet meer aan, of het laadpunt is door een ander begrensd, zoals de netbeheerder.",limited_elsewhere_by_cable:"De kabel kan hooguit {elsewhere} aan.",limited_elsewhere_by_ems:"Een ander energiebeheer begrenst het laadpunt tot {elsewhere}.",limited_elsewhere_by_so:"De netbeheerder begrenst het laadpunt tot {elsewhere}.",limited_elsewhere_by_cso:"Een eerder laadsysteem heeft in het laadpunt een grens van {elsewhere} achtergelaten, die het laadpunt niet wist.",limited_elsewhere_by_other:"Iemand anders begrenst het laadpunt tot {elsewhere}.",limited_unknown_by_ems:"Ook een ander energiebeheer begrenst het laadpunt: tot hoeveel, zegt het niet.",limited_unknown_by_so:"Ook de netbeheerder begrenst het laadpunt: tot hoeveel, zegt het niet.",limited_unknown_by_other:"Ook iemand anders begrenst het laadpunt: tot hoeveel, zegt het niet.",finding_wiring:"De limiet gaat enkele minuten op en neer, zodat de meter laat zien welke fasen volgen.",limit_of_backend:"De backend die afrekent, staat niet meer toe.",imbalance:"Meer zou de fase te ongelijk belasten naast de andere.",waiting_for_turn_where:"Er is niet genoeg op fase {phase} van {circuit}: de auto wacht op zijn beurt.",paused_by_user:"Iemand heeft het laden gepauzeerd.",car_full:"De auto is vol of neemt om andere redenen niets af.",car_paused:"De auto neemt nu niets af; zijn minimum wordt voor hem vrijgehouden.",safe_limit:"De meter is niet te vertrouwen: iedereen deelt de veilige limiet.",temporary_limit:"Er geldt een tijdelijke limiet: de auto deelt wat die overlaat.",temporary_limit_where:"Er geldt een tijdelijke limiet voor {circuit}: de auto deelt fase {phase} daarvan.",charger_offline:"De laadpaal is niet verbonden: hij doet wat hij uit zichzelf doet, en wat hij kan afnemen wordt voor hem vrijgehouden.",not_controllable:"De laadpaal accepteert geen limieten; de andere laten er ruimte voor.",does_not_obey:"Neemt meer af dan toegestaan en telt mee met wat er wordt afgenomen.",over_limit:"Een fase zit boven haar limiet: er wordt verlaagd tot dat weer klopt.",over_limit_where:"Fase {phase} van {circuit} zit boven de limiet: er wordt verlaagd tot dat weer klopt.",balancing_off:"De loadbalancing staat uit: iedereen mag het maximum afnemen.",alone:"De auto krijgt alle stroom die over is.",alone_where:"De auto krijgt alles wat op fase {phase} van {circuit} over is.",power_limit:"Het deelt {power}, die {circuit} over alle fasen mag voeren.",peak_limit:"Het houdt het gemiddelde van deze {minutes} min onder {power}.",waiting_for_peak:"Het wacht, zodat het gemiddelde van deze {minutes} min onder {power} blijft.",temporary_power:"{circuit} is tijdelijk beperkt tot {power}: het deelt wat dat laat."},next_turn:"Uiterlijk over {time} aan de beurt.",next_turn_now:"Nu aan de beurt.",cause:{starting:"Geen meting van de meter sinds de start",silent:"De meter was stil",frozen:"De waarden van de meter veranderden niet",implausible:"De meter toonde onmogelijke waarden"},history:{on_day:"Dag",where:"Groep of voedingskabel",period:"Periode",hour:"1 uur",six_hours:"6 uur",day:"1 dag",week:"1 week",earlier:"Eerder",later:"Later",chargers:"Stroom van alle laadpalen",meter:"Stroom van de netaansluiting",feeder_chargers:"Stroom van de laadpalen op de voedingskabel",feeder_meter:"Stroom van de voedingskabel",other_load:"Overige belasting",maximum_current:"Limiet",grid_maximum_current:"Netlimiet",safe_limit_period:"Veilige limiet",download:"Meterwaarden downloaden (CSV)",no_recorder:"Home Assistant houdt geen geschiedenis bij",no_recorder_text:"Voor de grafieken zijn de integraties Recorder en Geschiedenis nodig.",empty:"In deze periode is niets vastgelegd.",summary:"{name}: hoogste {highest}"},log:{safe_limit:"Veilige limiet",safe_limit_help:"Wanneer de groep de veilige limiet deelde omdat de meter niet te vertrouwen was.",safe_limit_never:"Die is nog nooit nodig geweest.",safe_limit_no_meter:"Deze groep heeft geen meter en dus geen veilige limiet nodig.",start:"Begin",end:"Einde",lasts:"duurt voort",duration:"Duur",cause:"Waarom",limit:"Limiet",recalculations:"Berekeningen",recalculations_help:"Elk getal dat in een limiet ging en eruit kwam, voor deskundigen. De laatste dag wordt bewaard.",recalculations_never:"Er is nog niets berekend. Het begint met de eerste auto.",all_chargers:"Alle laadpalen",charger:"Laadpaal",reload:"Herladen",live:"Live",time:"Tijd",trigger:"Aanleiding",mode:"Bedrijfsmodus",meter:"Meter",other_load:"Overige belasting",available:"Beschikbaar",result:"Limieten",outlet:"Laadpunt",status:"Status",measured:"Gemeten",offered:"Aangeboden",new_limit:"Nieuwe limiet",share:"Aandeel",reason:"Reden",more:"Meer tonen",details:"Details van {time}",modes:{off:"Uit",dynamic:"DLM",adaptive:"ALM",safe_limit:"Veilige limiet"},triggers:{capabilities:"mogelijkheden van de laadpaal",connection:"verbinding",connector:"laadpunten",find_wiring:"zoeken naar de faseaansluiting",first_in_line:"iemand als eerste aan de beurt",identity:"identiteit van de laadpaal",report:"melding van de laadpaal",limit:"limiet aangenomen",meter:"meter",settings:"instellingen",status:"status",temporary_limit:"einde van een tijdelijke limiet",time:"een wachttijd is om",transaction:"laadsessie",values:"waarden van de laadpaal",wiring:"faseaansluiting bevestigd",answered:"antwoord aan een lader"},signals:"Signalen van het net",signals_help:"Limieten in kW waar een netbeheerder, een automatisering of een getal om vroeg, en wat ervan kwam. Ze worden twee jaar bewaard.",signals_never:"Er is er nog geen geweest.",signals_who:"Gevraagd door",signals_where:"Geldt voor",signals_before:"Daarvoor afgenomen",signals_kept:"Nagekomen na",signals_highest:"Daarna hoogstens",signals_not_yet:"nog niet",signals_not_seen:"niet gezien",signals_download:"Alles downloaden (CSV)"},settings:{read_only:"Alleen beheerders kunnen instellingen wijzigen.",group:"Loadbalancing",maximum_current:"Limiet voor alle laadpalen",maximum_current_help:"Wat alle laadpalen samen mogen afnemen, per fase. De zekering kan {rated} aan.",balancing:"Dynamische loadbalancing (DLM)",balancing_help:"De laadpalen delen de limiet. Uit: elk mag zijn eigen maximum afnemen.",policy:"Als er te weinig is voor iedereen",policies:{take_turns:"Om de beurt laden: de limiet geldt altijd",minimum_for_all:"Minimum voor iedereen: de limiet kan overschreden worden, tot aan de zekering"},adaptive:"Adaptieve loadbalancing (ALM)",adaptive_help:"De auto's krijgen wat het gebouw overlaat.",grid_maximum_current:"Limiet voor gebouw en auto’s",grid_maximum_current_help:"Wat het gebouw en de auto's samen mogen afnemen, per fase. De hoofdzekering kan {rated} aan.",safe_limit:"Veilige limiet",safe_limit_help:"Wat de laadpalen delen zolang de meter niet te vertrouwen is. Voor het geval dat Home Assistant stopt, krijgen ze opdracht elk terug te vallen op 6 A waar dat er voor allemaal in past, en anders te stoppen met laden; wat daarvan zeker is, staat bij elke laadpaal.",phase_choice:"Fase die telt",phase_choices:{each_phase:"Elke fase apart",highest_phase:"De zwaarst belaste fase voor alle",l1:"L1 voor alle",l2:"L2 voor alle",l3:"L3 voor alle"},no_meter:"Zonder meter delen de laadpalen een vaste limiet. Met een meter krijgen de auto's wat het gebouw overlaat.",set_up_meter:"Een meter instellen",chargers:"Laadpalen",dlm:"DLM",alm:"ALM",suited:{yes:"Geschikt",no:"Niet geschikt",unknown:"Nog niet bekend"},because:{known_model:"het model staat ervoor bekend",takes_limits:"hij heeft een limiet aangenomen",takes_no_limits:"hij heeft elke manier om een limiet in te stellen geweigerd",no_smart_charging:"hij geeft niet aan dat hij te regelen is",smart_charging:"hij geeft aan dat hij te regelen is",reports_phases:"hij meldt de stroom van elke fase",reports_no_phases:"hij meldt de stroom van elke fase niet",own_meter:"een eigen meter meldt die",not_seen:"nog geen laadsessie heeft het laten zien"},feeder_help:"Wat deze voedingskabel mag dragen, per fase. De zekering ervan kan {rated} aan.",feeder_safe_limit:"Veilige limiet van {name}",feeder_safe_limit_help:"Wat de laadpalen aan deze voedingskabel delen zolang de meter ervan niet te vertrouwen is.",without:"Als Home Assistant stopt",fail_safe:{falls:"hij valt na uiterlijk {time} terug op {fallback}",falls_soon:"hij valt terug op {fallback}",stops:"hij stopt na uiterlijk {time} met laden",stops_soon:"hij stopt met laden",stays:"hij houdt zijn laatste limiet, of vergeet elke limiet: dan geldt wat de installateur heeft ingesteld",unknown:"niet bekend vóór de eerste laadsessie",accepted:"de laadpaal heeft dat aangenomen",verified:"de laadpaal bevestigt dat",proven:"bewezen",counts:"nog niet bewezen, dus er wordt met maximaal {maximum} gerekend"},find_wiring:"Faseaansluiting achterhalen",wiring_help:"Die kan worden bepaald terwijl hier een auto laadt: de limiet gaat op en neer, en de meter laat zien welke fasen volgen.",wiring_searching:"De limiet gaat enkele minuten op en neer. Wat eruit komt, staat onder Reparaties.",connector_maximum:"Maximum",connector_maximum_of:"Maximum van {name}",unknown:"Wachten op toelating",unknown_help:"Deze laadpalen hebben verbinding gemaakt. Ze krijgen geen limiet en er laadt geen auto voordat je ze toevoegt.",unknown_connected:"verbonden",unknown_gone:"niet meer verbonden",add:"Laadpaal toevoegen",saved:"Opgeslagen",entry:"Alle instellingen van de groep",wiring_hint:"Stappen van de auto waren bij de meter te zien op {seen}. Volgens de faseaansluiting horen ze op {expected}. Achterhaal de faseaansluiting terwijl er een auto laadt: uit zichzelf verandert er niets.",group_power_limit:"Vermogenslimiet voor alle laadpalen",group_power_limit_help:"Wat alle laadpalen samen over alle fasen mogen afnemen.",grid_power_limit:"Vermogenslimiet voor gebouw en auto's",grid_power_limit_help:"Wat gebouw en auto's samen over alle fasen van het net mogen afnemen.",peak_limit:"Pieklimiet",peak_limit_help:"Wat het gemiddelde van geen kwartier of uur mag overschrijden, wat een tarief ook vrijlaat.",feeder_power_limit:"Vermogenslimiet van {name}",feeder_power_limit_help:"Wat deze over alle fasen mag voeren."},tags:{title:"Wie mag laden",everybody:"Iedereen mag laden",everybody_help:"Zonder lijst mag iedereen laden die een auto aansluit, welke pas ook wordt voorgehouden. Geblokkeerde op de lijst worden toch geweigerd. Laadpalen die uit zichzelf starten, gebruiken een vaste ID-tag, die op de lijst moet staan als dit uit is.",name:"Naam",id_tag:"ID-tag",expires:"Laatste dag",group:"Groep van kaarten",blocked:"Geblokkeerd",add:"Pas toevoegen",remove:"{name} verwijderen",save:"Lijst opslaan",seen:"Kort geleden voorgehouden",seen_help:"Houd een pas voor een laadpaal: hij verschijnt hier en kan een naam krijgen.",learn:"{tag} een naam geven",nobody:"Er staat nog niemand op de lijst."},notifications:{title:"Berichten",help:"Wie wat te horen krijgt, in gewone woorden en één keer: niet steeds opnieuw terwijl iets komt en gaat.",no_entities:"Home Assistant heeft nog geen meldingsentiteit. De app op een telefoon en veel andere integraties brengen er een mee.",who:"Wie",where:"Waar",everywhere:"De hele groep",add:"Ontvanger toevoegen",save:"Ontvangers opslaan",remove:"{name} verwijderen",topics:{fault:"Storingen: overbelasting, een laadpaal die kwijt of buiten werking is of niet gehoorzaamt",safe_limit:"De veilige limiet geldt al tien minuten",car_full:"De auto is vol",turn:"De auto is aan de beurt"}},card:{group:"Groep",open:"De pagina openen",outlet:"Laadpunt",feeder:"Voedingskabel",of_group:{name:"EV Load Manager",description:"Wie met hoeveel laadt, en waarom."},of_outlet:{name:"EV Load Manager: één laadpunt",description:"Wat de auto aan één laadpunt krijgt, en waarom."},of_feeder:{name:"EV Load Manager: één voedingskabel",description:"Wat er door één voedingskabel loopt, en wie erachter laadt."},of_cars:{name:"EV Load Manager: auto’s",description:"Alleen de auto’s, zonder de stroomkringen die ze voeden."}},no_outlet:{title:"Dit laadpunt is er niet",text:"De laadpaal is verwijderd of vervangen."},no_outlets_behind:"Aan deze voedingskabel hangt geen laadpaal.",one_outlet:{all:"Alle laadpunten",fed_by:"Waar de stroom vandaan komt",copy:"Adres kopiëren",copied:"Gekopieerd"},happened:{title:"Wat er gebeurd is",help:"Wie meer of minder kreeg, en waarom: de laatste dag, sinds de start van Home Assistant.",nothing:"Sinds de start van Home Assistant is er niets gebeurd.",yesterday:"Gisteren",began:"{outlet}: er is een laadsessie begonnen.",ended:"{outlet}: de laadsessie is beëindigd.",up:"{outlet} omhoog naar {limit}",up_several:"{outlet} omhoog naar {limit}",up_some:"{outlet} krijgen meer",down:"{outlet} omlaag naar {limit}",down_several:"{outlet} omlaag naar {limit}",down_some:"{outlet} krijgen minder",paused:"{outlet} gepauzeerd",paused_several:"{outlet} gepauzeerd",goes_on:"{outlet} gaat verder met {limit}",goes_on_several:"{outlet} gaan verder met {limit}",goes_on_some:"{outlet} gaan verder",because:"{changed}: {why}.",and_others:"{names} en {count} andere",lost:"{outlet}: de verbinding is weg.",back:"{outlet}: weer verbonden.",meter_back:"De meter is terug: de auto’s krijgen wat het gebouw overlaat.",cause:{silent:"De meter is stilgevallen: de auto’s delen de veilige limiet.",frozen:"De waarden van de meter bewegen niet meer: de auto’s delen de veilige limiet.",implausible:"De meter toont onmogelijke waarden: de auto’s delen de veilige limiet."},setting:"{setting}: {after} in plaats van {before}.",setting_on:"{setting}: ingeschakeld.",setting_off:"{setting}: uitgeschakeld.",setting_choice:"{setting}: {after}.",why:{setting:"een limiet is gewijzigd",safe_limit_began:"de meter is niet te vertrouwen",meter_back:"de meter is terug",more_cars:"er laadt nog een auto",fewer_cars:"een andere auto is gestopt",other_load_rose:"het gebouw neemt meer af op {phase}",other_load_rose_feeder:"wat verder aan {circuit} hangt, neemt meer af op {phase}",other_load_fell:"het gebouw neemt minder af op {phase}",other_load_fell_feeder:"wat verder aan {circuit} hangt, neemt minder af op {phase}",allowed:"niemand pauzeert het nog",full_speed:"niets houdt het tegen",equal_share:"het deelt met de andere",equal_share_where:"het deelt {phase} van {circuit}",minimum:"er is te weinig voor iedereen",starting:"het is net begonnen",unused_current:"de auto neemt minder dan mogelijk is",waiting_for_increase:"andere zijn omlaag gegaan",waiting_for_turn:"het wacht op zijn beurt",waiting_for_room:"er is geen ruimte voor",waiting_for_room_where:"er is geen ruimte op {phase} van {circuit}",too_little_to_start:"er is te weinig om te starten",paused_by_user:"iemand heeft het gepauzeerd",car_full:"de auto is vol of neemt niets af",car_paused:"de auto neemt nu niets af",safe_limit:"de veilige limiet geldt",temporary_limit:"er geldt een tijdelijke limiet",charger_offline:"de laadpaal is niet verbonden",not_controllable:"de laadpaal accepteert geen limieten",does_not_obey:"het neemt meer af dan toegestaan",over_limit:"een fase zit boven haar limiet",over_limit_where:"{phase} van {circuit} zit boven de limiet",balancing_off:"de loadbalancing staat uit",imbalance:"de fase zou te ongelijk belast worden",finding_wiring:"de faseaansluiting wordt gezocht",limit_of_backend:"de backend die afrekent, staat niet meer toe",power_limit:"het deelt een vermogenslimiet",peak_limit:"het gemiddelde vermogen van het tijdvak moet onder zijn limiet blijven",waiting_for_peak:"het gemiddelde vermogen van het tijdvak zit aan de limiet"}},now_cause:{starting:"De meter heeft sinds de start niets gemeld.",silent:"De meter is stil.",frozen:"De waarden van de meter veranderen niet.",implausible:"De meter toont onmogelijke waarden.",shared:"Tot hij terug is, delen de auto’s de veilige limiet van {limit}.",nobody:"Niemand laadt tot hij terug is: de veilige limiet van {limit} is te laag voor een auto."},outlets:"Laadpunten",sessions:{title:"Laadsessies",none:"Er is nog geen laadsessie om te tonen.",trouble:"Het sessieboek kan nu niet worden geschreven: {error} Wat geladen wordt, blijft bewaard en wordt later geschreven.",month:"Maand",month_before:"Vorige maand",month_after:"Volgende maand",search:"Zoeken: bestuurder, pas, plaats, notitie",only_incomplete:"Alleen onvolledige",only:"Alleen {name}",show_only:"Toon alleen {name}",spreadsheet:"Voor spreadsheets (CSV)",csv:"Voor programma's (CSV)",ocpi:"Voor facturatie (OCPI)",totals:"Totalen van de maand",count:{one:"{count} sessie",other:"{count} sessies"},by_places:"Per plaats",by_persons:"Per bestuurder",everything:"alles samen",place:"Plaats",driver:"Bestuurder",card:"Pas",stop_card:"Beëindigd met pas",sessions:"Sessies",energy:"Energie",cost:"Kosten",by_card:"Van wie de pas was",nobody:"Niemand bekend",statement:"Overzicht",statement_of:"Overzicht: {name}",unknown:"Sessies waarvan de energie onbekend is en die in geen totaal zitten: {count}",unpriced:"Zonder prijs en in geen kosten: {energy}",mixed:"De maand heeft prijzen in meer dan één valuta; die zijn niet op te tellen.",no_match:"Geen sessie past hierbij.",start:"Begin",end:"Einde",duration:"Duur",completeness:"Volledigheid",complete:"volledig",running:"loopt nog",part:"Alleen wat in deze maand stroomde",details_of:"Gegevens: {start}, {place}",more:"Meer tonen",reconciliation:"Vergeleken met de meters van de plaatsen",reconciliation_help:"Wat een meter in de maand telde, zit in sessies, in ongeldige sessies, stroomde tussen sessies of blijft over. Meters kunnen een procent verschillen.",reconciled:{counted:"Geteld",sessions:"In sessies",voided:"Ongeldig",between:"Tussen sessies",unexplained:"Over",look:"bekijk dit"},close:"Sluiten",current:"Stroom",power:"Gemiddeld vermogen per kwartier",highest_mean:"tot {power}",pale:"licht: wanneer het stroomde is geschat",kind:{charging:"Laadt",waiting:"Wacht",paused:"Gepauzeerd",car:"Auto neemt niets af",idle:"Laadt niet"},reasons:"Wat wanneer gebeurde, en waarom",not_known:"niet bekend",told_energy:"Volgens de meter",meter_start:"Meter bij begin",meter_stop:"Meter bij einde",told_start:"Begin, zoals de lader het meldde",told_stop:"Einde, zoals de lader het meldde",reason:"Beëindigd door",highest_current:"Hoogste stroom",highest_power:"Hoogste vermogen",phases:"Fasen",note:"Notitie",evidence:"Bewaarde ondertekende waarden",revisions:"Correcties",revised:"wijzigde {field} van {old} naar {now}",revised_merge:"voegde die samen met een andere sessie",revised_split:"splitste die in tweeën",taken_back:"wat gemeld was",correct:"Deze sessie corrigeren",correct_help:"Wat de lader meldde blijft staan, net als elke correctie met je naam en reden. Een lege waarde neemt een correctie terug.",what:"Wat",value:"Juiste waarde",why:"Reden",save:"Correctie opslaan",yes:"ja",no:"nee",merge_with:"samenvoegen met",field:{person:"bestuurder",wh:"energie (kWh)",start:"begin",end:"einde",note:"notitie",void:"ongeldig",split:"splitsing in tweeën, om"},keep:{title:"Bestuurders en prijzen",drivers:"Bestuurders",drivers_help:"Een sessie hoort bij wie de pas toen had. Een bestuurder met een gebruiker van Home Assistant ziet de eigen sessies en mag pauzeren, doorgaan en als eerste gezet worden waar die laadt.",add_driver:"Bestuurder toevoegen",group:"Groep",person_kind:"Soort",a_driver:"Een bestuurder",a_group:"Een groep, zoals een huishouden",name:"Naam van de bestuurder",user:"Gebruiker van Home Assistant",budget:"Budget per maand (kWh)",ref:"Referentie, zoals een kostenplaats",used:"{used} van {budget} deze maand",save:"Opslaan",add_card:"Pas toevoegen",tag:"ID van de pas",label:"Hoe die heet",vehicle:"Auto of kenteken",from:"Vanaf (leeg: altijd, of nu als die van een ander was)",to:"Laatste dag",take_card:"Pas {tag} van {name} afnemen",learned:"Passen die laadden en van niemand zijn: {cards}",forget:"Deze bestuurder vergeten",forget_sure:"Naam, passen en notities van {name} verdwijnen voorgoed; energie en gemaakte overzichten blijven.",forget_yes:"Voorgoed vergeten",cancel:"Annuleren",prices:"Prijzen",prices_help:"De eigen prijs van een bestuurder gaat voor die van een plaats, en die voor de algemene. Wat geen prijs heeft, staat er zonder, nooit als 0. Een nieuwe prijs vervangt de vorige; oude kosten houden de hunne.",add_price:"Prijs instellen",end_price:"Prijs beëindigen: {name}",whose:"Voor wie",for_all:"Iedereen",kind:"Prijs",fixed:"Vast",entity:"Een entiteit geeft hem",entity_id:"Entiteit",price:"Prijs per kWh",add:"Toeslag per kWh",per_session:"Per sessie",per_hour:"Per uur",tax:"Belasting (%)",since:"Vanaf (leeg: nu)",net:"Prijzen zijn zonder belasting",per_kwh:"{price} voor elke kWh",a_session:"{price} per sessie",an_hour:"{price} per uur",with_tax:"met {tax} % belasting",plus_tax:"plus {tax} % belasting",places:"Plaatsen",places_help:"Een plaats heet zoals de lader, tot je hem een naam geeft. Van wie de plaats is, mag daar pauzeren, wie er ook laadt.",place:"Naam van de plaats",whose_place:"Van wie die is",served_by:"Laadpaal, als die is vervangen",evse_id:"EVSE-ID, voor OCPI",book:"Overzichten en boek",letterhead:"Briefhoofd van overzichten",retention:"Maanden bewaren (leeg: alle)",statistics:"Langetermijnstatistieken van bestuurders en plaatsen, voor het energiedashboard",ocpi_help:"OCPI-records noemen een exploitant en een adres. Vul in wat met de ontvanger is afgesproken.",country_code:"Land, twee letters",party_id:"Party-ID, drie letters",address:"Straat en nummer",postal_code:"Postcode",city:"Woonplaats",over_budget:"Als het op is",warn:"Beheerders waarschuwen",refuse:"Geen sessies meer",driver_entities:"Namen van bestuurders in entiteiten, voor iedereen die inlogt: sensoren van de maand van elke bestuurder, en wie aan een laadpunt laadt"}},window:{title:"Gemiddeld vermogen van deze {minutes} min",ends:"eindigt over {time}",used:"{mean} van {limit} is verbruikt.",free:"{mean} is verbruikt; dit tijdvak kost niets.",forecast:"Het wordt ongeveer {forecast}.",cars:"Het laat de auto’s nu {cars}.",peak:"Hoogste van deze maand: {peak}, {time}",history:"Gemiddeld vermogen van tijdvakken",highest:"Hoogste: {mean}, {time}",mean:"Gemiddelde",above:"Boven de limiet",limit:"Limiet",calendar:"De limiet volgt {calendar}.",calendar_unread:"{calendar} is niet helemaal te lezen: de laagste limiet die hij heeft genoemd geldt."},signal:{now:"{circuit} is sinds {since} beperkt tot {limit} ({who}).",now_until:"{circuit} is sinds {since} beperkt tot {limit}, tot {until} ({who}).",contact:"de netbeheerder, {entity}",number:"een getal-entiteit",action:"een actie"}};var E3={title:"Elbilsladdning",tabs:{now:"Nu",history:"Historik",log:"Logg",settings:"Inställningar",sessions:"Laddningar"},menu:"Visa eller dölj sidofältet",group:"Grupp",loading:"Laddar…",starting:"Startar",offline:"Inte ansluten",status_unknown:"Inget hört ännu",outlet:"{charger}, uttag {number}",reconnecting:"Anslutningen till Home Assistant har brutits. Det du ser är från tidigare; det fortsätter så snart anslutningen är tillbaka.",stopped:{title:"Den här gruppen körs inte",text:"Tills den körs igen gör dess laddboxar det som de gör på egen hand. Dess post under Enheter och tjänster säger varför.",open:"Öppna Enheter och tjänster"},removed:{title:"Den här gruppen togs bort",text:"Dess laddboxar gör det som de gör på egen hand."},unreachable:{title:"Gruppen kan inte visas",text:"Home Assistant säger: {error} Ett nytt försök görs av sig självt."},no_groups:{title:"Ingen laddgrupp ännu",admin:"En grupp är de laddboxar som delar på en säkring. Lägg till EV Load Manager, ange säkringens märkström och låt laddboxarna ansluta.",guest:"En administratör kan lägga till en under Enheter och tjänster.",add:"Lägg till EV Load Manager"},no_chargers:{title:"Ingen laddbox i den här gruppen ännu",text:"Ange i laddboxens inställningar den här adressen för OCPP 1.6, med ett id som du väljer själv på slutet:",then:"Välj sedan Lägg till laddbox: den väntar tills laddboxen har anslutit.",add:"Lägg till laddbox",guest:"En administratör kan lägga till laddboxar under Enheter och tjänster."},circuits:"Strömkretsar",circuit:{grid:"Elanslutning",group:"Grupp",feeder:"Matarledning",charger:"Laddbox"},bars:{of:"{current} av {limit}",unknown:"okänt",headroom:"{current} ledigt",no_headroom:"inget ledigt",over:"{current} för mycket",other_load:"Övrig last",reserved:"Avsatt, tas inte",unavailable:"Inte tillgängligt just nu",phase_of:"{name}, fas {phase}",together:"{name}, alla faser tillsammans: {drawn} av {limit}"},connector:{of_offered:"av {offered} erbjudna",nothing_offered:"inget erbjudet",offered:"Erbjudet",offered_help:"gränsen som laddboxen har godtagit",limit:"Gräns",limit_help:"vad den får ta nu",target:"Andel",target_help:"vad den får när de andra har följt med",reserved:"Avsatt",reserved_help:"räknas för den, vad den än tar",maximum:"Högsta värde",session:"{energy} på {time}",session_time:"i {time}",id_tag:"Id-tagg",driver:"Förare",wiring:"Fasinkoppling",fallback:"Utan Home Assistant",car:"Bilen",car_needs:"behöver minst {current}",car_takes_less:"tar {current} mindre än den erbjuds",car_follows:"följer inom {seconds} s",car_asks:"ber om {energy}",car_leaves:"vill åka senast {time}",car_battery:"batteri på {percent} %",details:"Detaljer",details_of:"Detaljer för {name}",pause:"Pausa",pause_of:"Pausa laddningen vid {name}",first:"Nästa",first_of:"Ge nästa tur till {name}",is_first:"Den är först i kön.",allow:"Låt ladda",allow_of:"Låt {name} ladda",stale:"från innan anslutningen bröts",wiring_unknown:"inte känd, så bilarna räknas på alla faser"},summary:{charging:{one:"{count} bil laddar",other:"{count} bilar laddar"},waiting:{one:"{count} bil väntar",other:"{count} bilar väntar"},idle:"Ingen bil laddar",temporary_limit:"{circuit} är begränsad till {limit} till {until} ({name}).",unknown:{one:"{count} okänd laddbox vill vara med",other:"{count} okända laddboxar vill vara med"},see:"Se vilken det är",wiring_hint:"{name} är kanske inkopplad på ett annat sätt än inställningarna säger.",see_wiring:"Se fasinkopplingen"},reason:{none:"Inget är bestämt ännu.",no_car:"Ingen bil är inkopplad.",not_started:"En bil är inkopplad; laddningen har inte börjat.",full_speed:"Inget håller tillbaka den: den får ta sitt högsta värde {maximum}.",equal_share:"Den delar strömmen lika med de andra.",equal_share_where:"Den delar fas {phase} lika med de andra ({circuit}).",minimum:"Strömmen räcker inte till alla: var och en behåller minimiströmmen.",minimum_where:"Fas {phase} räcker inte till alla ({circuit}): var och en behåller minimiströmmen.",starting:"Den har just börjat: först visar den vad den kan använda.",unused_current:"Bilen tar mindre än den kunde få; resten går till andra.",waiting_for_increase:"Den får {target} om ett ögonblick: andra går ner först.",too_little_to_start:"Den behöver mer ström för att starta än vad som finns till den.",waiting_for_room:"Det finns ingen ledig ström åt den just nu: den fortsätter när det har varit ledigt en stund.",waiting_for_room_where:"Fas {phase} har ingen ledig ström ({circuit}): den fortsätter när det har varit ledigt en stund.",short_pause:"Det finns ledig ström igen: den fortsätter efter en kort paus, eftersom ständigt av och på sliter på bilar och kontaktorer.",waiting_for_turn:"Det räcker inte till alla: den väntar på sin tur.",limited_elsewhere:"Kabeln klarar inte mer, eller laddaren är begränsad av någon annan, till exempel elnätsföretaget.",limited_elsewhere_by_cable:"Kabeln klarar högst {elsewhere}.",limited_elsewhere_by_ems:"En annan energistyrning begränsar laddaren till {elsewhere}.",limited_elsewhere_by_so:"Elnätsföretaget begränsar laddaren till {elsewhere}.",limited_elsewhere_by_cso:"Ett tidigare laddsystem har lämnat en gräns på {elsewhere} i laddaren, som inte tar bort den.",limited_elsewhere_by_other:"Någon annan begränsar laddaren till {elsewhere}.",limited_unknown_by_ems:"Även en annan energistyrning begränsar laddaren: till hur mycket säger den inte.",limited_unknown_by_so:"Även elnätsföretaget begränsar laddaren: till hur mycket säger den inte.",limited_unknown_by_other:"Även någon annan begränsar laddaren: till hur mycket säger den inte.",finding_wiring:"Gränsen går upp och ner i några minuter, så att mätaren visar vilka faser som följer.",limit_of_backend:"Betalsystemets backend tillåter inte mer.",imbalance:"Mer skulle belasta dess fas för ojämnt jämfört med de andra.",waiting_for_turn_where:"Fas {phase} räcker inte till alla ({circuit}): den väntar på sin tur.",paused_by_user:"Någon har pausat den.",car_full:"Bilen är full eller tar inget av andra skäl.",car_paused:"Bilen tar inget just nu; dess minimiström hålls avsatt.",safe_limit:"Mätaren går inte att lita på: alla delar på säkerhetsgränsen.",temporary_limit:"En tillfällig gräns gäller: den delar på det som blir kvar.",temporary_limit_where:"En tillfällig gräns gäller ({circuit}): den delar på fas {phase}.",charger_offline:"Laddboxen är inte ansluten: den gör det som den gör på egen hand, och det som den kan ta hålls avsatt.",not_controllable:"Laddboxen tar inte emot gränser; de andra lämnar plats för den.",does_not_obey:"Den tar mer än den får och räknas med det som den tar.",over_limit:"En fas är över sin gräns: strömmen sänks tills gränsen håller.",over_limit_where:"Fas {phase} är över sin gräns ({circuit}): strömmen sänks tills gränsen håller.",balancing_off:"Lastbalanseringen är av: alla får ta sitt högsta värde.",alone:"Den får all ström som finns kvar.",alone_where:"Den får allt som finns kvar på fas {phase} ({circuit}).",power_limit:"Den delar {power}, som {circuit} får föra över alla faser.",peak_limit:"Den håller medeleffekten under dessa {minutes} min under {power}.",waiting_for_peak:"Den väntar, så att medeleffekten under dessa {minutes} min stannar under {power}.",temporary_power:"{circuit} är för en tid begränsad till {power}: den delar det som blir kvar."},next_turn:"Dess tur kommer senast om {time}.",next_turn_now:"Dess tur kommer nu.",cause:{starting:"Ingen avläsning av mätaren sedan starten",silent:"Mätaren var tyst",frozen:"Mätarens värden ändrades inte",implausible:"Mätaren visade omöjliga värden"},history:{on_day:"Dag",where:"Grupp eller matarledning",period:"Period",hour:"1 timme",six_hours:"6 timmar",day:"1 dygn",week:"1 vecka",earlier:"Tidigare",later:"Senare",chargers:"Alla laddboxars ström",meter:"Elanslutningens ström",feeder_chargers:"Strömmen till matarledningens laddboxar",feeder_meter:"Matarledningens ström",other_load:"Övrig last",maximum_current:"Gräns",grid_maximum_current:"Anslutningens gräns",safe_limit_period:"Säkerhetsgräns",download:"Ladda ner mätarens värden (CSV)",no_recorder:"Home Assistant sparar ingen historik",no_recorder_text:"Diagrammen behöver integrationerna recorder och historik.",empty:"Inget har sparats från den här perioden.",summary:"{name}: högst {highest}"},log:{safe_limit:"Säkerhetsgräns",safe_limit_help:"När gruppen delade på säkerhetsgränsen eftersom mätaren inte gick att lita på.",safe_limit_never:"Den har aldrig behövts.",safe_limit_no_meter:"Den här gruppen har ingen mätare, så den behöver ingen säkerhetsgräns.",start:"Start",end:"Slut",lasts:"pågår",duration:"Varaktighet",cause:"Varför",limit:"Gräns",recalculations:"Beräkningar",recalculations_help:"Alla tal som gick in i en gräns och kom ut ur den, för fackfolk. Det senaste dygnet sparas.",recalculations_never:"Inget har beräknats ännu. Det börjar med den första bilen.",all_chargers:"Alla laddboxar",charger:"Laddbox",reload:"Ladda om",live:"Direkt",time:"Tid",trigger:"På grund av",mode:"Läge",meter:"Mätare",other_load:"Övrig last",available:"Tillgängligt",result:"Gränser",outlet:"Uttag",status:"Status",measured:"Uppmätt",offered:"Erbjudet",new_limit:"Ny gräns",share:"Andel",reason:"Orsak",more:"Visa mer",details:"Detaljer för {time}",modes:{off:"Av",dynamic:"DLM",adaptive:"ALM",safe_limit:"Säkerhetsgräns"},triggers:{capabilities:"laddboxens förmågor",connection:"anslutning",connector:"uttag",find_wiring:"sökning efter fasinkopplingen",first_in_line:"någon sattes först",identity:"laddboxens identitet",report:"laddboxens rapport",limit:"gräns godtagen",meter:"mätare",settings:"inställningar",status:"status",temporary_limit:"slut på en tillfällig gräns",time:"en väntetid är slut",transaction:"laddsession",values:"laddboxens värden",wiring:"fasinkopplingen bekräftad",answered:"svar till en laddare"},signals:"Signaler från nätet",signals_help:"Gränser i kW som en nätägare, en automation eller ett tal bad om, och vad det blev av dem. De sparas i två år.",signals_never:"Det har inte varit någon ännu.",signals_who:"Begärd av",signals_where:"Gäller för",signals_before:"Uttaget innan",signals_kept:"Hölls efter",signals_highest:"Högst därefter",signals_not_yet:"inte än",signals_not_seen:"inte sett",signals_download:"Ladda ner alla (CSV)"},settings:{read_only:"Bara administratörer kan ändra inställningar.",group:"Lastbalansering",maximum_current:"Gräns för alla laddboxar",maximum_current_help:"Vad alla laddboxar tillsammans får ta, per fas. Säkringen klarar {rated}.",balancing:"Dynamisk lastbalansering (DLM)",balancing_help:"Laddboxarna delar på gränsen. Av: var och en får ta sitt eget högsta värde.",policy:"När strömmen inte räcker till alla",policies:{take_turns:"Turas om: gränsen håller alltid",minimum_for_all:"Minimiström till alla: gränsen kan överskridas, upp till säkringen"},adaptive:"Adaptiv lastbalansering (ALM)",adaptive_help:"Bilarna får det som byggnaden lämnar över.",grid_maximum_current:"Gräns för byggnad och bilar",grid_maximum_current_help:"Vad byggnaden och bilarna tillsammans får ta, per fas. Huvudsäkringen klarar {rated}.",safe_limit:"Säkerhetsgräns",safe_limit_help:"Vad laddboxarna delar på medan mätaren inte går att lita på. För det fall att Home Assistant stannar får de besked att gå ner till 6 A var där det får plats för alla, och annars sluta ladda; vad som är säkert av det står vid varje laddbox.",phase_choice:"Fas som gäller",phase_choices:{each_phase:"Varje fas för sig",highest_phase:"Den mest belastade fasen för alla",l1:"L1 för alla",l2:"L2 för alla",l3:"L3 för alla"},no_meter:"Utan mätare delar laddboxarna på en fast gräns. Med en mätare får bilarna det som byggnaden lämnar över.",set_up_meter:"Lägg till en mätare",chargers:"Laddboxar",dlm:"DLM",alm:"ALM",suited:{yes:"Lämplig",no:"Inte lämplig",unknown:"Inte känt ännu"},because:{known_model:"modellen är känd för det",takes_limits:"den tog emot en gräns",takes_no_limits:"den avvisade alla sätt att sätta en gräns",no_smart_charging:"den säger inte att den kan styras",smart_charging:"den säger att den kan styras",reports_phases:"den rapporterar strömmen på varje fas",reports_no_phases:"den rapporterar inte strömmen på varje fas",own_meter:"en egen mätare anger det",not_seen:"ingen laddsession har visat det ännu"},feeder_help:"Vad den här matarledningen får bära, per fas. Dess säkring klarar {rated}.",feeder_safe_limit:"Säkerhetsgräns för {name}",feeder_safe_limit_help:"Vad laddboxarna på den här matarledningen delar på när dess mätare inte går att lita på.",without:"Om Home Assistant stannar",fail_safe:{falls:"den går ner till {fallback} efter högst {time}",falls_soon:"den går ner till {fallback}",stops:"den slutar ladda efter högst {time}",stops_soon:"den slutar ladda",stays:"den behåller sin senaste gräns eller glömmer alla gränser: installatörens inställning är det som gäller",unknown:"inte känt före den första laddsessionen",accepted:"laddboxen godtog det",verified:"laddboxen bekräftar det",proven:"bevisat",counts:"inte bevisat än, så det räknas med upp till {maximum}"},find_wiring:"Ta reda på fasinkopplingen",wiring_help:"Den går att hitta medan en bil laddar här: gränsen går upp och ned, och mätaren visar vilka faser som följer.",wiring_searching:"Gränsen går upp och ned i några minuter. Resultatet står under Reparationer.",connector_maximum:"Högsta värde",connector_maximum_of:"Högsta värde för {name}",unknown:"Väntar på att godkännas",unknown_help:"De här laddboxarna har anslutit. De får ingen gräns och ingen bil laddar innan du lägger till dem.",unknown_connected:"ansluten",unknown_gone:"inte längre ansluten",add:"Lägg till laddbox",saved:"Sparat",entry:"Gruppens alla inställningar",wiring_hint:"Bilens steg syntes på {seen} hos mätaren. Enligt fasinkopplingen skulle de synas på {expected}. Ta reda på fasinkopplingen medan en bil laddar: inget ändras av sig självt.",group_power_limit:"Effektgräns för alla laddboxar",group_power_limit_help:"Vad alla laddboxar tillsammans får ta över alla faser.",grid_power_limit:"Effektgräns för byggnad och bilar",grid_power_limit_help:"Vad byggnad och bilar tillsammans får ta från nätet över alla faser.",peak_limit:"Effekttoppsgräns",peak_limit_help:"Vad medelvärdet av ingen kvart eller timme ska överstiga, vad en tariff än lämnar fritt.",feeder_power_limit:"Effektgräns för {name}",feeder_power_limit_help:"Vad den får föra över alla faser."},tags:{title:"Vem som får ladda",everybody:"Alla får ladda",everybody_help:"Utan lista får alla som kopplar in en bil ladda, vilket kort som än visas. Spärrade i listan avvisas ändå. Laddboxar som startar själva använder en fast id-tagg, som måste finnas i listan om detta är av.",name:"Namn",id_tag:"Id-tagg",expires:"Sista dag",group:"Grupp av taggar",blocked:"Spärrad",add:"Lägg till kort",remove:"Ta bort {name}",save:"Spara listan",seen:"Nyligen visade",seen_help:"Håll ett kort mot en laddbox: det dyker upp här och kan få ett namn.",learn:"Ge {tag} ett namn",nobody:"Ingen finns i listan än."},notifications:{title:"Meddelanden",help:"Vem som får veta vad, med klara ord och en gång: inte om och om igen medan något kommer och går.",no_entities:"Home Assistant har ingen notisentitet än. Appen på en telefon och många andra integrationer har en.",who:"Vem",where:"Var",everywhere:"Hela gruppen",add:"Lägg till mottagare",save:"Spara mottagarna",remove:"Ta bort {name}",topics:{fault:"Fel: överlast, en laddbox som är borta, ur funktion eller inte lyder",safe_limit:"Säkerhetsgränsen har gällt i tio minuter",car_full:"Bilen är full",turn:"Bilens tur börjar"}},card:{group:"Grupp",open:"Öppna sidan",outlet:"Uttag",feeder:"Matarledning",of_group:{name:"EV Load Manager",description:"Vem som laddar med hur mycket, och varför."},of_outlet:{name:"EV Load Manager: ett uttag",description:"Vad bilen vid ett uttag får, och varför."},of_feeder:{name:"EV Load Manager: en matarledning",description:"Vad som går genom en matarledning, och vilka som laddar bakom den."},of_cars:{name:"EV Load Manager: bilar",description:"Bara bilarna, utan kretsarna som matar dem."}},no_outlet:{title:"Det här uttaget finns inte",text:"Dess laddbox har tagits bort eller bytts ut."},no_outlets_behind:"Ingen laddbox hänger på den här matarledningen.",one_outlet:{all:"Alla uttag",fed_by:"Vad som matar det",copy:"Kopiera adressen",copied:"Kopierad"},happened:{title:"Vad som har hänt",help:"Vem som fick mer eller mindre, och varför: det senaste dygnet, sedan Home Assistant startade.",nothing:"Inget har hänt sedan Home Assistant startade.",yesterday:"I går",began:"{outlet}: en laddsession har börjat.",ended:"{outlet}: laddsessionen är slut.",up:"{outlet} upp till {limit}",up_several:"{outlet} upp till {limit}",up_some:"{outlet} får mer",down:"{outlet} ner till {limit}",down_several:"{outlet} ner till {limit}",down_some:"{outlet} får mindre",paused:"{outlet} pausad",paused_several:"{outlet} pausade",goes_on:"{outlet} fortsätter med {limit}",goes_on_several:"{outlet} fortsätter med {limit}",goes_on_some:"{outlet} fortsätter",because:"{changed}: {why}.",and_others:"{names} och {count} andra",lost:"{outlet}: anslutningen är bruten.",back:"{outlet}: ansluten igen.",meter_back:"Mätaren är tillbaka: bilarna får det som byggnaden lämnar kvar.",cause:{silent:"Mätaren har tystnat: bilarna delar på säkerhetsgränsen.",frozen:"Mätarens värden har slutat röra sig: bilarna delar på säkerhetsgränsen.",implausible:"Mätaren visar omöjliga värden: bilarna delar på säkerhetsgränsen."},setting:"{setting}: {after} i stället för {before}.",setting_on:"{setting}: på.",setting_off:"{setting}: av.",setting_choice:"{setting}: {after}.",why:{setting:"en gräns ändrades",safe_limit_began:"mätaren går inte att lita på",meter_back:"mätaren är tillbaka",more_cars:"en bil till laddar",fewer_cars:"en annan bil har slutat",other_load_rose:"byggnaden tar mer på {phase}",other_load_rose_feeder:"det som annars hänger på {circuit} tar mer på {phase}",other_load_fell:"byggnaden tar mindre på {phase}",other_load_fell_feeder:"det som annars hänger på {circuit} tar mindre på {phase}",allowed:"ingen pausar den längre",full_speed:"inget håller tillbaka den",equal_share:"den delar med de andra",equal_share_where:"den delar på {phase} ({circuit})",minimum:"det räcker inte till alla",starting:"den har just börjat",unused_current:"bilen tar mindre än den kunde få",waiting_for_increase:"andra har gått ner",waiting_for_turn:"den väntar på sin tur",waiting_for_room:"det finns ingen ledig ström",waiting_for_room_where:"{phase} har ingen ledig ström ({circuit})",too_little_to_start:"det är för lite för att starta",paused_by_user:"någon pausade den",car_full:"bilen är full eller tar inget",car_paused:"bilen tar inget just nu",safe_limit:"säkerhetsgränsen gäller",temporary_limit:"en tillfällig gräns gäller",charger_offline:"laddboxen är inte ansluten",not_controllable:"laddboxen tar inte emot gränser",does_not_obey:"den tar mer än den får",over_limit:"en fas är över sin gräns",over_limit_where:"{phase} är över sin gräns ({circuit})",balancing_off:"lastbalanseringen är av",imbalance:"fasen skulle belastas för ojämnt",finding_wiring:"fasinkopplingen söks",limit_of_backend:"betalsystemets backend tillåter inte mer",power_limit:"den delar på en effektgräns",peak_limit:"medeleffekten i tidsfönstret ska hållas under gränsen",waiting_for_peak:"medeleffekten i tidsfönstret är vid gränsen"}},now_cause:{starting:"Mätaren har inte sagt något sedan starten.",silent:"Mätaren är tyst.",frozen:"Mätarens värden ändras inte.",implausible:"Mätaren visar omöjliga värden.",shared:"Tills den är tillbaka delar bilarna på säkerhetsgränsen {limit}.",nobody:"Ingen laddar förrän den är tillbaka: säkerhetsgränsen {limit} är för låg för en bil."},outlets:"Uttagen",sessions:{title:"Laddningar",none:"Det finns ingen laddning att visa än.",trouble:"Laddningsboken kan inte skrivas just nu: {error} Det som laddas sparas och skrivs senare.",month:"Månad",month_before:"Föregående månad",month_after:"Nästa månad",search:"Sök: förare, kort, plats, anteckning",only_incomplete:"Endast ofullständiga",only:"Endast {name}",show_only:"Visa endast {name}",spreadsheet:"För kalkylblad (CSV)",csv:"För program (CSV)",ocpi:"För fakturering (OCPI)",totals:"Månadens summor",count:{one:"{count} laddning",other:"{count} laddningar"},by_places:"Per plats",by_persons:"Per förare",everything:"allt",place:"Plats",driver:"Förare",card:"Kort",stop_card:"Avslutad med kort",sessions:"Laddningar",energy:"Energi",cost:"Kostnad",by_card:"Den som hade kortet",nobody:"Ingen känd",statement:"Sammanställning",statement_of:"Sammanställning: {name}",unknown:"Laddningar vars energi är okänd och som inte ingår i någon summa: {count}",unpriced:"Utan pris och ingår inte i kostnaden: {energy}",mixed:"Månaden har priser i flera valutor, som inte kan läggas ihop.",no_match:"Ingen laddning passar.",start:"Start",end:"Slut",duration:"Längd",completeness:"Fullständighet",complete:"fullständig",running:"pågår nu",part:"Endast det som gick under månaden",details_of:"Detaljer: {start}, {place}",more:"Visa fler",reconciliation:"Jämfört med platsernas egna mätare",reconciliation_help:"Det en mätare räknade under månaden finns i laddningar, i makulerade laddningar, gick mellan laddningar eller blir över. Mätare kan skilja en procent.",reconciled:{counted:"Räknat",sessions:"I laddningar",voided:"Makulerat",between:"Mellan laddningar",unexplained:"Kvar",look:"bör kontrolleras"},close:"Stäng",current:"Ström",power:"Medeleffekt per kvart",highest_mean:"upp till {power}",pale:"ljus: tidpunkten är uppskattad",kind:{charging:"Laddar",waiting:"Väntar",paused:"Pausad",car:"Bilen tar inget",idle:"Laddar inte"},reasons:"Vad som hände när, och varför",not_known:"okänd",told_energy:"Enligt mätaren",meter_start:"Mätare vid start",meter_stop:"Mätare vid slut",told_start:"Start, så som laddaren meddelade",told_stop:"Slut, så som laddaren meddelade",reason:"Avslutad av",highest_current:"Högsta ström",highest_power:"Högsta effekt",phases:"Faser",note:"Anteckning",evidence:"Sparade signerade värden",revisions:"Rättelser",revised:"ändrade {field} från {old} till {now}",revised_merge:"slog ihop den med en annan laddning",revised_split:"delade den i två",taken_back:"det meddelade",correct:"Rätta denna laddning",correct_help:"Det laddaren meddelade finns kvar, liksom varje rättelse med namn och skäl. Ett tomt värde tar tillbaka en rättelse.",what:"Vad",value:"Rätt värde",why:"Skäl",save:"Spara rättelsen",yes:"ja",no:"nej",merge_with:"slå ihop med",field:{person:"förare",wh:"energi (kWh)",start:"starttid",end:"slut",note:"anteckning",void:"makulerad",split:"delning i två, vid"},keep:{title:"Förare och priser",drivers:"Förare",drivers_help:"En laddning hör till den som då hade kortet. En förare med en användare i Home Assistant ser sina egna laddningar och får pausa, fortsätta och ställa sig först där de laddar.",add_driver:"Lägg till förare",group:"Grupp",person_kind:"Typ",a_driver:"En förare",a_group:"En grupp, till exempel ett hushåll",name:"Förarens namn",user:"Användare i Home Assistant",budget:"Budget per månad (kWh)",ref:"Referens, till exempel kostnadsställe",used:"{used} av {budget} denna månad",save:"Spara",add_card:"Lägg till kort",tag:"Kortets ID",label:"Vad det heter",vehicle:"Bil eller registreringsnummer",from:"Från (tomt: alltid, eller nu om det var någon annans)",to:"Sista dag",take_card:"Ta kort {tag} från {name}",learned:"Kort som laddat och inte är någons: {cards}",forget:"Glöm den här föraren",forget_sure:"Namn, kort och anteckningar för {name} försvinner för gott; energi och gjorda sammanställningar finns kvar.",forget_yes:"Glöm för gott",cancel:"Avbryt",prices:"Priser",prices_help:"En förares eget pris går före platsens, och det före allas. Det som saknar pris visas utan, aldrig som 0. Ett nytt pris ersätter det förra; tidigare kostnader behåller sitt.",add_price:"Ange pris",end_price:"Avsluta priset: {name}",whose:"För vem",for_all:"Alla",kind:"Pris",fixed:"Fast",entity:"En entitet anger det",entity_id:"Entitet",price:"Pris per kWh",add:"Påslag per kWh",per_session:"Per laddning",per_hour:"Per timme",tax:"Skatt (%)",since:"Från (tomt: nu)",net:"Priserna är utan skatt",per_kwh:"{price} för varje kWh",a_session:"{price} per laddning",an_hour:"{price} per timme",with_tax:"med {tax} % skatt",plus_tax:"plus {tax} % skatt",places:"Platser",places_help:"En plats heter som sin laddare tills du ger den ett namn. Den vars plats det är får pausa där, vem som än laddar.",place:"Platsens namn",whose_place:"Vems den är",served_by:"Laddare, om den har bytts",evse_id:"EVSE-ID, för OCPI",book:"Sammanställningar och bok",letterhead:"Brevhuvud på sammanställningar",retention:"Spara månader (tomt: alla)",statistics:"Långtidsstatistik för förare och platser, för energipanelen",ocpi_help:"OCPI-poster anger en operatör och en adress. Ange det som avtalats med mottagaren.",country_code:"Land, två bokstäver",party_id:"Party-ID, tre bokstäver",address:"Gata och nummer",postal_code:"Postnummer",city:"Ort",over_budget:"När den är slut",warn:"Meddela administratörer",refuse:"Inga fler laddningar",driver_entities:"Namn på förare i entiteter, för alla som loggar in: sensorer för varje förares månad, och vem som laddar vid ett uttag"}},window:{title:"Medeleffekt under dessa {minutes} min",ends:"slutar om {time}",used:"{mean} av {limit} är använt.",free:"{mean} är använt; det här fönstret kostar inget.",forecast:"Det blir ungefär {forecast}.",cars:"Det lämnar {cars} åt bilarna nu.",peak:"Månadens högsta: {peak}, {time}",history:"Fönstrens medeleffekt",highest:"Högsta: {mean}, {time}",mean:"Medel",above:"Över gränsen",limit:"Gräns",calendar:"Gränsen följer {calendar}.",calendar_unread:"{calendar} går inte att läsa helt: den lägsta gräns som den har angett gäller."},signal:{now:"{circuit} är begränsad till {limit} sedan {since} ({who}).",now_until:"{circuit} är begränsad till {limit} sedan {since}, till {until} ({who}).",contact:"nätägaren, {entity}",number:"en talentitet",action:"en åtgärd"}};var n5={de:B3,en:f2,fi:R3,nb:F3,nl:D3,sv:E3};function j3(L,V){let C=L;for(let H of V){if(typeof C!="object"||C===null)return;C=C[H]}return typeof C=="string"?C:void 0}function I3(L){let V=L.locale?.language??L.language,C=V.split("-")[0].replace(/^(nn|no)$/,"nb");return[V,C].find(H=>H in n5)??"en"}function t(L,V,C={}){let H=V.split(".");return(j3(n5[I3(L)],H)??j3(f2,H)??V).replace(/\{(\w+)\}/g,(r,i)=>String(C[i]??r))}var F1=(L,V,C)=>t(L,`${V}.${new Intl.PluralRules(I3(L)).select(C)==="one"?"one":"other"}`,{count:C}),d1=(L,V,C)=>L.localize(`component.${S}.entity.sensor.${V}.state.${C}`)||C.replaceAll("_"," ");async function k2(L){await Promise.allSettled([L.loadBackendTranslation?.("common",S),L.loadBackendTranslation?.("entity",S),L.loadBackendTranslation?.("exceptions",S)])}var k=g`
  :host {
    --radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --quiet: var(--secondary-text-color, #727272);
    --loud: var(--primary-text-color, #212121);
    --accent: var(--primary-color, #009ac7);
    /* Home Assistant's own accent is too light for small words on white. */
    --accent-words: color-mix(in srgb, var(--accent) 66%, var(--loud));
    --line: var(--divider-color, #e0e0e0);
    --track: color-mix(in srgb, var(--primary-text-color, #212121) 9%, transparent);
    --other: color-mix(in srgb, var(--primary-text-color, #212121) 38%, transparent);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --bad: var(--error-color, #db4437);
    /* The same of its red. */
    --bad-words: color-mix(in srgb, var(--bad) 66%, var(--loud));
    color: var(--loud);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-normal, 1.5);
    -webkit-font-smoothing: antialiased;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2,
  h3 {
    font-weight: var(--ha-font-weight-medium, 500);
    font-size: var(--ha-font-size-l, 16px);
    line-height: 1.4;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    vertical-align: middle;
  }
  .small.icon,
  .small .icon {
    width: 18px;
    height: 18px;
  }
  .quiet {
    color: var(--quiet);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .numbers {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 9999px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    white-space: nowrap;
    background: var(--track);
    color: var(--loud);
  }
  .chip::before {
    content: "";
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--chip-color, var(--other));
  }
  .chip.good {
    --chip-color: var(--good);
  }
  .chip.warn {
    --chip-color: var(--warn);
  }
  .chip.bad {
    --chip-color: var(--bad);
  }
  .chip.accent {
    --chip-color: var(--accent);
  }
  button,
  a.button {
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--accent-words);
    background: none;
    border: 0;
    border-radius: 9999px;
    min-height: 40px;
    padding: 0 14px;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    cursor: pointer;
    text-decoration: none;
    white-space: nowrap;
  }
  button.filled,
  a.button.filled {
    background: color-mix(in srgb, var(--accent) 76%, black);
    color: #fff;
  }
  button.tonal,
  a.button.tonal {
    background: color-mix(in srgb, var(--accent) 14%, transparent);
  }
  button:hover:not(:disabled),
  a.button:hover {
    background: color-mix(in srgb, var(--accent) 10%, transparent);
  }
  button.filled:hover:not(:disabled),
  a.button.filled:hover {
    background: color-mix(in srgb, var(--accent) 64%, black);
  }
  button.tonal:hover:not(:disabled),
  a.button.tonal:hover {
    background: color-mix(in srgb, var(--accent) 22%, transparent);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  a {
    color: var(--accent-words);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  input[type="text"],
  input[type="number"],
  input[type="datetime-local"],
  input[type="date"],
  select {
    font: inherit;
    color: var(--loud);
    background: var(--ha-color-form-background, var(--track));
    border: 0;
    border-bottom: 1px solid var(--ha-color-border-neutral-loud, var(--quiet));
    border-radius: 4px 4px 0 0;
    min-height: 44px;
    padding: 4px 12px;
    max-width: 100%;
  }
  input[type="number"] {
    width: 104px;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  select {
    appearance: none;
    padding-inline-end: 36px;
    text-overflow: ellipsis;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      right 19px center,
      right 13px center;
    background-size:
      6px 6px,
      6px 6px;
    background-repeat: no-repeat;
  }
  select option {
    background: var(--card-background-color, #fff);
    color: var(--loud);
  }
  input:disabled,
  select:disabled {
    opacity: 0.6;
    border-bottom-style: dotted;
  }
  input[type="checkbox"][role="switch"] {
    appearance: none;
    position: relative;
    flex: none;
    width: 48px;
    height: 28px;
    margin: 0;
    border-radius: 9999px;
    background: color-mix(in srgb, var(--loud) 30%, transparent);
    cursor: pointer;
    transition: background 0.15s ease;
  }
  input[type="checkbox"][role="switch"]::after {
    content: "";
    position: absolute;
    inset-block-start: 4px;
    inset-inline-start: 4px;
    width: 20px;
    height: 20px;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.35);
    transition: translate 0.15s ease;
  }
  input[type="checkbox"][role="switch"]:checked {
    background: var(--accent);
  }
  input[type="checkbox"][role="switch"]:checked::after {
    translate: 20px 0;
  }
  :host([dir="rtl"]) input[type="checkbox"][role="switch"]:checked::after {
    translate: -20px 0;
  }
  input[type="checkbox"][role="switch"]:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .alert {
    display: flex;
    align-items: center;
    gap: 12px;
    flex-wrap: wrap;
    border-radius: var(--ha-border-radius-sm, 4px);
    padding: 8px 12px;
    --tone: var(--info-color, #039be5);
    background: color-mix(in srgb, var(--tone) 13%, transparent);
  }
  .alert .icon {
    color: var(--tone);
  }
  .alert.warn {
    --tone: var(--warn);
  }
  .alert.bad {
    --tone: var(--bad);
  }
  .empty {
    text-align: center;
    padding: 40px 24px;
    display: grid;
    justify-items: center;
    gap: 12px;
    max-width: 560px;
    margin: 0 auto;
  }
  .empty .icon {
    width: 56px;
    height: 56px;
    color: var(--quiet);
  }
  code {
    font-family: var(--ha-font-family-code, monospace);
    background: var(--track);
    border-radius: 4px;
    padding: 2px 6px;
    overflow-wrap: anywhere;
    user-select: all;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px 10px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--quiet);
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .scroll {
    overflow-x: auto;
    margin-inline: -16px;
    padding-inline: 6px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
`;var Y={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},c1=L=>(...V)=>({_$litDirective$:L,values:V}),t1=class{constructor(V){}get _$AU(){return this._$AM._$AU}_$AT(V,C,H){this._$Ct=V,this._$AM=C,this._$Ci=H}_$AS(V,C){return this.update(V,C)}update(V,C){return this.render(...C)}};var{I:H7}=u3,W3=L=>L;var z3=L=>L.strings===void 0,N3=()=>document.createComment(""),D1=(L,V,C)=>{let H=L._$AA.parentNode,e=V===void 0?L._$AB:V._$AA;if(C===void 0){let r=H.insertBefore(N3(),e),i=H.insertBefore(N3(),e);C=new H7(r,i,L,L.options)}else{let r=C._$AB.nextSibling,i=C._$AM,M=i!==L;if(M){let o;C._$AQ?.(L),C._$AM=L,C._$AP!==void 0&&(o=L._$AU)!==i._$AU&&C._$AP(o)}if(r!==e||M){let o=C._$AA;for(;o!==r;){let d=W3(o).nextSibling;W3(H).insertBefore(o,e),o=d}}}return C},x1=(L,V,C=L)=>(L._$AI(V,C),L),e7={},b2=(L,V=e7)=>L._$AH=V,G3=L=>L._$AH,w2=L=>{L._$AR(),L._$AA.remove()};var U3=(L,V,C)=>{let H=new Map;for(let e=V;e<=C;e++)H.set(L[e],e);return H},y2=c1(class extends t1{constructor(L){if(super(L),L.type!==Y.CHILD)throw Error("repeat() can only be used in text expressions")}dt(L,V,C){let H;C===void 0?C=V:V!==void 0&&(H=V);let e=[],r=[],i=0;for(let M of L)e[i]=H?H(M,i):i,r[i]=C(M,i),i++;return{values:r,keys:e}}render(L,V,C){return this.dt(L,V,C).values}update(L,[V,C,H]){let e=G3(L),{values:r,keys:i}=this.dt(V,C,H);if(!Array.isArray(e))return this.ut=i,r;let M=this.ut??=[],o=[],d,v,l=0,m=e.length-1,p=0,x=r.length-1;for(;l<=m&&p<=x;)if(e[l]===null)l++;else if(e[m]===null)m--;else if(M[l]===i[p])o[p]=x1(e[l],r[p]),l++,p++;else if(M[m]===i[x])o[x]=x1(e[m],r[x]),m--,x--;else if(M[l]===i[x])o[x]=x1(e[l],r[x]),D1(L,o[x+1],e[l]),l++,x--;else if(M[m]===i[p])o[p]=x1(e[m],r[p]),D1(L,e[l],e[m]),m--,p++;else if(d===void 0&&(d=U3(i,p,x),v=U3(M,l,m)),d.has(M[l]))if(d.has(M[m])){let Z=v.get(i[p]),L1=Z!==void 0?e[Z]:null;if(L1===null){let u1=D1(L,e[l]);x1(u1,r[p]),o[p]=u1}else o[p]=x1(L1,r[p]),D1(L,e[l],L1),e[Z]=null;p++}else w2(e[m]),m--;else w2(e[l]),l++;for(;p<=x;){let Z=D1(L,o[x+1]);x1(Z,r[p]),o[p++]=Z}for(;l<=m;){let Z=e[l++];Z!==null&&w2(Z)}return this.ut=i,b2(L,o),T}});var s5=new Map;function E1(L,V,...C){return s5.has(L)||s5.set(L,V7(L,V,C)),s5.get(L)}async function V7(L,V,C){if(customElements.get(L))return!0;try{await document.createElement("partial-panel-resolver")._getRoutes([{url_path:"x",component_name:V}]).routes.x.load();let e=`ha-panel-${V}`;for(let r of C)await document.createElement(e).routerOptions.routes[r].load(),e=`ha-${V}-${r}`;await Promise.race([customElements.whenDefined(L),new Promise(r=>setTimeout(r,4e3))])}catch{}return customElements.get(L)!==void 0}async function _2(L,V,C){await L7(L,V,C).catch(()=>!1)||v1(s1(C))}async function L7(L,V,C){let H="ha-config-integration-page",[e,r]=await Promise.all([E1(H,"config","integrations","integration"),V.callWS({type:"config_entries/get",domain:S}),V.loadFragmentTranslation?.("config"),V.loadBackendTranslation?.("config_subentries",S)]),i=r.find(({entry_id:d})=>d===C);if(!e||!i)return!1;L.querySelector(H)?.remove();let M=document.createElement(H);Object.assign(M,{hass:V,domain:S,configEntries:[i],_extraConfigEntries:[i]}),Object.assign(M,{shouldUpdate:()=>!1}),M.style.display="none",L.append(M);let o=!1;return M.addEventListener("show-dialog",()=>o=!0,{once:!0}),await M._addSubEntry?.({target:{flowType:"charger"}}),o}var K3="important",r7=" !"+K3,E=c1(class extends t1{constructor(L){if(super(L),L.type!==Y.ATTRIBUTE||L.name!=="style"||L.strings?.length>2)throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.")}render(L){return Object.keys(L).reduce((V,C)=>{let H=L[C];return H==null?V:V+`${C=C.includes("-")?C:C.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g,"-$&").toLowerCase()}:${H};`},"")}update(L,[V]){let{style:C}=L.element;if(this.ft===void 0)return this.ft=new Set(Object.keys(V)),this.render(V);for(let H of this.ft)V[H]==null&&(this.ft.delete(H),H.includes("-")?C.removeProperty(H):C[H]=null);for(let H in V){let e=V[H];if(e!=null){this.ft.add(H);let r=typeof e=="string"&&e.endsWith(r7);H.includes("-")||r?C.setProperty(H,r?e.slice(0,-11):e,r?K3:""):C[H]=e}}return T}});var t7={comma_decimal:["en-US","en"],decimal_comma:["de","es","it"],space_comma:["fr","sv","cs"],quote_decimal:["de-CH"]},Q3=new Map;function i7(L,V){let C=`${L.language} ${L.number_format} ${V}`,H=Q3.get(C);if(!H){let e=L.number_format==="system"?void 0:t7[L.number_format]??[L.language];H=new Intl.NumberFormat(e,{minimumFractionDigits:V,maximumFractionDigits:V,useGrouping:L.number_format!=="none"}),Q3.set(C,H)}return H}var b=(L,V,C=1)=>i7(L.locale,C).format(Math.abs(V)<.5/10**C?0:V),_=(L,V)=>`${b(L,V,Number.isInteger(Math.round(V*10)/10)?0:1)} A`,j=(L,V)=>`${b(L,V)} A`,O=(L,V)=>`${b(L,V/1e3)} kW`,G=(L,V)=>`${b(L,V/1e3,V<1e4?2:1)} kWh`;function J3(L){return L==="12"?{hourCycle:"h12"}:L==="24"?{hourCycle:"h23"}:L==="system"?{hourCycle:new Intl.DateTimeFormat(void 0,{hour:"numeric"}).resolvedOptions().hourCycle}:{}}var X3=L=>L.locale.time_zone==="server"?{timeZone:L.config.time_zone}:{},Y3=L=>({...J3(L.locale.time_format),...X3(L)}),j1=(L,V,C=!1)=>new Intl.DateTimeFormat(L.locale.language,{hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...Y3(L)}).format(V),$=(L,V,C=!1)=>new Intl.DateTimeFormat(L.locale.language,{day:"numeric",month:"short",hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...Y3(L)}).format(V);function d5(L,V){let C={dateStyle:"short",timeStyle:"medium",...X3(L)},H=new Intl.DateTimeFormat("sv-SE",C).format(V);return Date.parse(`${H.replace(" ","T")}Z`)}var l5=(L,V)=>new Date(d5(L,V)).toISOString().slice(0,10);function C0(L,V){let C=Date.parse(`${V}T00:00Z`)+864e5,H=C-(d5(L,C)-C);return C-(d5(L,H)-H)}var q3=new Map;function O2(L,V,C){let H=`${L.locale.language} ${C}`,e=q3.get(H);return e||(e=new Intl.NumberFormat(L.locale.language,{style:"unit",unit:C,unitDisplay:"short",maximumFractionDigits:0}),q3.set(H,e)),e.format(V)}function U(L,V){let C=Math.max(0,Math.round(V));if(C<60)return O2(L,C,"second");let H=Math.round(C/60);if(H<60)return O2(L,H,"minute");let e=O2(L,Math.floor(H/60),"hour");return H%60?`${e} ${O2(L,H%60,"minute")}`:e}function $2(L,V,C){try{return new Intl.NumberFormat(L.locale.language,{style:"currency",currency:C}).format(V)}catch{return`${b(L,V,2)} ${C}`}}var H0=(L,V)=>new Intl.DateTimeFormat(L.locale.language,{month:"long",year:"numeric",timeZone:"UTC"}).format(Date.UTC(Math.floor(V/100),V%100-1,1)),q=(L,V,C,H=!1)=>new Intl.DateTimeFormat(L.locale.language,{day:"numeric",month:"short",...H?{year:"numeric"}:{},hour:"numeric",minute:"2-digit",...J3(L.locale.time_format),timeZone:C}).format(V*1e3),A5=(L,V)=>new Intl.DateTimeFormat("sv-SE",{dateStyle:"short",timeStyle:"medium",timeZone:V}).format(L*1e3).replace(" ","T");function q1(L,V){let C=Date.parse(`${L.length===16?`${L}:00`:L}Z`);if(Number.isNaN(C))return;let H=C;for(let e=0;e<2;e++)H-=Date.parse(`${A5(H/1e3,V)}Z`)-C;return Math.round(H/1e3)}var J1=["#4269d0","#f4bd4a","#6cc5b0","#a463f2","#ff725c","#97bbf5","#01ab63","#ff8ab7","#9c6b4e","#094bad","#c99000","#d84f3e","#49a28f","#048732","#d96895","#8043ce"],a7=L=>`var(--graph-color-${L%J1.length+1}, ${J1[L%J1.length]})`,P2=L=>J1[L%J1.length];function e0(L){let V=L.chargers.flatMap(C=>C.connectors.map(H=>`${C.id}/${H.number}`));return new Map(V.map((C,H)=>[C,a7(H)]))}var I=(L,V)=>V.name??t(L,`circuit.${V.kind}`),L0=(L,V,C)=>V.connectors.length>1?t(L,"outlet",{charger:V.name,number:C.number}):V.name,T2=(L,V)=>V.mode?d1(L,"mode",V.mode):t(L,"starting"),B2=L=>({off:"warn",safe_limit:"bad",adaptive:"good",dynamic:"good"})[L.mode??""]??"";function r0(L,V,C){return V.online?C.status&&C.status!=="unknown"?d1(L,"status",C.status):t(L,"status_unknown"):t(L,"offline")}function t0(L,V){if(!L.online)return"bad";switch(V.status){case"charging":return"good";case"faulted":return"bad";case"suspended_ev":case"suspended_evse":case"preparing":return"accent";default:return""}}function i0(L,V){return[V.starts_at===null?"":t(L,"connector.car_needs",{current:_(L,V.starts_at)}),V.shortfall?t(L,"connector.car_takes_less",{current:_(L,V.shortfall)}):"",V.follows_within===null?"":t(L,"connector.car_follows",{seconds:b(L,V.follows_within,0)}),V.phases.join(" "),...V.asks?M7(L,V.asks):[]].filter(C=>C).join(", ")}var M7=(L,{energy:V,leaves:C,battery:H})=>[V===null?"":t(L,"connector.car_asks",{energy:G(L,V)}),C===null?"":t(L,"connector.car_leaves",{time:$(L,new Date(C))}),H===null?"":t(L,"connector.car_battery",{percent:b(L,H,0)})],V0=new WeakMap;function m5(L){let V=V0.get(L);return V===void 0&&(V=L.chargers.flatMap(({connectors:C})=>C).filter(({active:C})=>C).length<2,V0.set(L,V)),V}var o7=["waiting_for_turn","waiting_for_room","waiting_for_peak","short_pause"],a0=L=>L.reason!==null&&o7.includes(L.reason),R2=(L,V)=>V.wiring.includes("?")?t(L,"connector.wiring_unknown"):V.wiring.join("-");function F2(L,{state:V,fallback:C,lifetime:H,most:e}){if(V==="unknown")return t(L,"settings.fail_safe.unknown");if(V==="not_possible"||C===null)return t(L,"settings.fail_safe.stays");let r=`${C>0?"falls":"stops"}${H===null?"_soon":""}`,i=t(L,`settings.fail_safe.${r}`,{fallback:_(L,C),time:U(L,H??0)}),M=t(L,`settings.fail_safe.${V}`),o=t(L,"settings.fail_safe.counts",{maximum:_(L,e)});return`${i} (${V==="proven"?M:`${M}; ${o}`})`}function M0(L,V){let C=V.safe_limit_cause,H=V.settings.safe_limit;if(!C)return"";let e=t(L,`now_cause.${C}`);if(H===void 0)return e;let r=Math.min(...V.chargers.map(({minimum:o})=>o)),i=H<r&&V.settings.policy!=="minimum_for_all",M=t(L,`now_cause.${i?"nobody":"shared"}`,{limit:_(L,H)});return`${e} ${M}`}function D2(L,{kind:V,entity:C,name:H}){if(V==="action"&&H)return H;let e=C?L.states[C]?.attributes?.friendly_name??C:"";return t(L,`signal.${V}`,{entity:e}).trim()}function E2(L,V,{circuit:C,feeder:H}){let e=V.circuits.find(({id:r})=>r===C);return e?I(L,e):H??C}var o0=["peak_limit","waiting_for_peak"];function n7(L,V,C,H){let e=V.window?.limit??null;return o0.includes(C)?e===null?"":O(L,e):H?.power?O(L,1e3*H.power.limit):""}var n0={cable:"cable",CSO:"cso",EMS:"ems",SO:"so"};function s7(L,{limited_by:V,limited_to:C}){if(!V||C!==null)return"";let H=V==="EMS"||V==="SO"?n0[V]:"other";return` ${t(L,`reason.limited_unknown_by_${H}`)}`}function d7(L,{reason:V,phase:C,limited_by:H},e){return V==="limited_elsewhere"&&H?`${V}_by_${n0[H]??"other"}`:V==="equal_share"&&m5(L)?"alone":V==="temporary_limit"&&!C&&e?"temporary_power":!e&&[...o0,"power_limit"].includes(V)?"":V}function s0(L,V,C,H){if(!C.reason)return t(L,"reason.none");let e=V.circuits.find(p=>p.id===C.held_back_by),r={circuit:e?I(L,e):"",phase:C.phase??"",limit:C.limit===null?"":_(L,C.limit),target:C.target===null?"":_(L,C.target),fallback:_(L,C.fallback),maximum:_(L,C.maximum),minutes:V.window?.minutes??"",elsewhere:C.limited_to===null?"":_(L,C.limited_to),power:n7(L,V,C.reason,e)},i=e&&C.phase?"_where":"",M=d7(V,C,r.power!==""),o=t(L,`reason.${M}${i}`,r),d=o===`reason.${M}${i}`?t(L,`reason.${M}`,r):o,l=(d===`reason.${M}`||!M?d1(L,"reason",C.reason):d)+s7(L,C);if(C.next_turn===null||C.reason==="short_pause")return l;let m=C.next_turn-H;return`${l} ${m>1?t(L,"next_turn",{time:U(L,m)}):t(L,"next_turn_now")}`}function l0(L){let V=[],C=(H,e)=>{for(let r of L.circuits)r.parent===H&&r.kind!=="charger"&&(V.push({circuit:r,depth:e}),C(r.id,e+1))};return C(null,0),V}function _1(L,V){let C=e0(V);return V.chargers.flatMap(H=>H.connectors.map(e=>{let r=`${H.id}/${e.number}`;return{charger:H,connector:e,key:r,name:L0(L,H,e),color:C.get(r)}}))}var d0=new WeakMap;function l7(L){let V=d0.get(L);return V||(V=new Map(L.circuits.map(C=>[C.id,C])),d0.set(L,V)),V}function X1(L,V){let C=l7(L),H=[];for(let e=C.get(V.circuit);e;e=C.get(e.parent??""))H.push(e);return H}function j2(L,V,C){return _1(L,V).filter(({connector:H})=>X1(V,H).some(({id:e})=>e===C.id))}function I2(L,V,C){let H=j2(L,V,C).map(({connector:e,name:r,color:i})=>({name:r,color:i,drawn:p7(e),reserved:e.reserved}));return H.length>A7&&(H=m7(L,H)),C.other_load&&H.unshift({name:t(L,"bars.other_load"),color:"var(--other)",drawn:C.other_load,reserved:[0,0,0]}),H}var A7=40;function m7(L,V){let C=t(L,"settings.chargers");return[V.filter(H=>H.drawn),V.filter(H=>!H.drawn)].filter(H=>H.length).map(H=>{let e=r=>[0,1,2].map(i=>H.reduce((M,o)=>M+r(o,i),0));return{name:C,color:"var(--accent)",drawn:H[0].drawn&&e((r,i)=>r.drawn[i]),reserved:e((r,i)=>Math.max(r.drawn?.[i]??0,r.reserved[i]))}})}function p7({measured:L,session:V,stale:C}){return V?C?null:L:[0,0,0]}function p5(L,V,C){if(C.metered||v5(C))return C.metered_power;let H=0;for(let{connector:e}of j2(L,V,C)){let r=u5(e);if(r===null)return null;H+=r}return H}function u5({power:L,session:V,stale:C}){return V?C?null:L:0}var A0=L=>L.metered??void 0,m0=(L,V)=>{if(!(V.kind==="grid"||V.other_load))return V.safe_limit_cause?V.capacity:L.available??V.capacity},v5=L=>!L.other_load&&(L.kind==="grid"||L.safe_limit_cause!==null);var c5=["L1","L2","L3"];var W2=.1,C1=class extends h{constructor(){super(...arguments);this.name="";this.phases=c5;this.limits=[0,0,0];this.parts=[];this.uncertain=!1}static{this.styles=[k,g`
      :host {
        display: grid;
        gap: 10px;
      }
      .phase {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
      }
      .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .track {
        position: relative;
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
        display: flex;
        /* While it moves nothing else has to be laid out anew. */
        contain: layout paint;
      }
      .part {
        height: 100%;
        flex: none;
        transition: width 0.6s ease;
        box-shadow: inset -1px 0 0 var(--ha-card-background, var(--card-background-color, #fff));
      }
      .reserved {
        opacity: 0.28;
        box-shadow: none;
      }
      .taken {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 0;
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 6px
        );
        transition: width 0.6s ease;
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      .value {
        text-align: end;
        line-height: 1.25;
      }
      .value small {
        display: block;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .over small {
        color: var(--bad-words);
      }
      .current {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}render(){return this.phases.map(C=>this.bar(C,c5.indexOf(C)))}bar(C,H){let{hass:e}=this,r=this.limits[H],i=Z=>Math.max(0,Z.drawn?.[H]??0),M=this.total?.[H]??p0(this.parts.map(Z=>Z.drawn?.[H]??0)),o=p0(this.parts.map(Z=>Math.max(i(Z),Z.reserved[H]))),d=Math.max(r,o,M,.1),v=this.total===void 0&&(this.uncertain||this.parts.some(Z=>!Z.drawn&&Z.reserved[H]>0)),l=Z=>`${Math.max(0,Z)/d*100}%`,m=this.capacity?.[H]??r,p=M>r+W2,x=Math.min(r,m)-o;return a`
      <div
        class="phase ${p?"over":""}"
        role="meter"
        aria-label=${t(e,"bars.phase_of",{name:this.name,phase:C})}
        aria-valuemin="0"
        aria-valuemax=${r}
        aria-valuenow=${Math.round(M*10)/10}
        aria-valuetext=${t(e,"bars.of",{current:v?t(e,"bars.unknown"):j(e,M),limit:_(e,r)})}
      >
        <span class="label" aria-hidden="true">${C}</span>
        <div class="track" aria-hidden="true">
          ${this.parts.map(Z=>{let L1=i(Z),u1=Math.max(0,Z.reserved[H]-L1);return a`
              ${L1>.05?a`<div
                    class="part"
                    title="${Z.name}: ${j(e,L1)}"
                    style=${E({width:l(L1),background:Z.color})}
                  ></div>`:n}
              ${u1>.05?a`<div
                    class="part reserved"
                    title="${Z.name}: ${j(e,u1)} ${t(e,"bars.reserved")}"
                    style=${E({width:l(u1),background:Z.color})}
                  ></div>`:n}
            `})}
          ${m<r-W2?a`<div
                class="taken"
                title=${t(e,"bars.unavailable")}
                style=${E({width:l(d-Math.max(m,o))})}
              ></div>`:n}
          ${d>r+W2?a`<div class="limit" style=${E({left:l(r)})}></div>`:n}
        </div>
        <div class="value numbers" aria-hidden="true">
          <span class="current">${v?"–":b(e,M)}</span>
          <span class="quiet">/ ${_(e,r)}</span>
          <small>
            ${p?t(e,"bars.over",{current:j(e,M-r)}):this.uncertain?n:x>W2?t(e,"bars.headroom",{current:j(e,x)}):t(e,"bars.no_headroom")}
          </small>
        </div>
      </div>
    `}};s([A({attribute:!1})],C1.prototype,"hass",2),s([A()],C1.prototype,"name",2),s([A({attribute:!1})],C1.prototype,"phases",2),s([A({attribute:!1})],C1.prototype,"limits",2),s([A({attribute:!1})],C1.prototype,"capacity",2),s([A({attribute:!1})],C1.prototype,"parts",2),s([A({type:Boolean})],C1.prototype,"uncertain",2),s([A({attribute:!1})],C1.prototype,"total",2);var p0=L=>L.reduce((V,C)=>V+C,0);f("elm-phase-bars",C1);var u7={grid:i2,group:a1,feeder:Y5,charger:a1},O1=class extends h{constructor(){super(...arguments);this.compact=!1}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      .circuit {
        position: relative;
        padding-block: 12px;
        padding-inline-start: calc(var(--depth) * 20px);
      }
      .circuit + .circuit {
        border-top: 1px solid var(--line);
      }
      .circuit header {
        display: flex;
        align-items: center;
        gap: 10px;
        margin-bottom: 12px;
      }
      .circuit header .icon {
        color: var(--quiet);
      }
      .power {
        white-space: nowrap;
      }
      .together {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
        margin-top: 10px;
      }
      .together .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .together .track {
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
      }
      .together .drawn {
        height: 100%;
        background: var(--accent);
        transition: width 0.6s ease;
      }
      .together .over {
        background: var(--bad);
      }
      .together .value {
        text-align: end;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 18px;
        height: 10px;
        border-radius: 5px;
      }
      .legend .other {
        background: var(--other);
      }
      .legend .aside {
        background: color-mix(in srgb, #4269d0 30%, transparent);
      }
      .legend .taken {
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 5px
        );
      }
    `]}render(){let{group:C,only:H}=this,e=l0(C).filter(({circuit:i})=>!H||H.includes(i.id)),r=Math.min(...e.map(({depth:i})=>i));return a`${e.map(({circuit:i,depth:M})=>this.circuit({circuit:i,depth:M-r}))}
    ${this.compact?n:this.legend()}`}circuit({circuit:C,depth:H}){let{hass:e,group:r}=this,i=I(e,C);return a`
      <div class="circuit" style=${E({"--depth":String(H)})}>
        <header>
          ${c(u7[C.kind])}
          <h2 class="grow name" title=${i}>${i}</h2>
          ${C.power?n:this.power(C)}
          ${this.compact&&!this.only&&C.kind==="group"?a`<span class="chip ${B2(r)}">${T2(e,r)}</span>`:n}
        </header>
        <elm-phase-bars
          .hass=${e}
          .name=${i}
          .phases=${r.phases}
          .limits=${C.limit}
          .capacity=${m0(r,C)}
          .parts=${I2(e,r,C)}
          .total=${A0(C)}
          ?uncertain=${v5(C)}
        ></elm-phase-bars>
        ${C.power?this.together(C,C.power.limit):n}
      </div>
    `}power(C){let H=p5(this.hass,this.group,C);return H===null&&C.metered?n:a`<span class="power numbers">${H===null?"–":O(this.hass,H)}</span>`}together(C,H){let{hass:e,group:r}=this,i=p5(e,r,C),M=i===null?0:Math.min(1,Math.max(0,i)/Math.max(1e3*H,1)),o=a`<strong>${i===null?"–":b(e,i/1e3)}</strong> / ${O(e,1e3*H)}`;return a`<div class="together">
      <span class="label" aria-hidden="true">Σ</span>
      <div
        class="track"
        role="img"
        aria-label=${t(e,"bars.together",{name:I(e,C),limit:O(e,1e3*H),drawn:i===null?"–":O(e,i)})}
      >
        <div
          class="drawn ${i!==null&&i>1020*H?"over":""}"
          style=${E({width:`${100*M}%`})}
        ></div>
      </div>
      <span class="value numbers">${o}</span>
    </div>`}legend(){let{hass:C,group:H}=this;return a`<ul class="legend" aria-hidden="true">
      ${H.circuits.some(e=>e.other_load)?a`<li><i class="other"></i>${t(C,"bars.other_load")}</li>`:n}
      <li><i class="aside"></i>${t(C,"bars.reserved")}</li>
      <li><i class="taken"></i>${t(C,"bars.unavailable")}</li>
    </ul>`}};s([A({attribute:!1,hasChanged:w})],O1.prototype,"hass",2),s([A({attribute:!1})],O1.prototype,"group",2),s([A({attribute:!1})],O1.prototype,"only",2),s([A({type:Boolean})],O1.prototype,"compact",2);f("elm-circuits",O1);var v7=2e3,N2;function u0(L){let V=performance.now();if(!N2||V-N2.at>v7){let C=L.callWS({type:`${S}/sessions/my_outlets`}).then(H=>new Set(H)).catch(()=>new Set);N2={at:V,found:C}}return N2.found}var c7=["group","outlet","at"],x7=5e3,W=class extends h{constructor(){super(...arguments);this.entryId="";this.now=()=>0;this.at=0;this.compact=!1;this.alone=!1;this.error="";this.busy=!1;this.opened=!1;this.mine=!1;this.shown=""}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
      }
      h3 a {
        color: inherit;
        text-decoration: none;
      }
      h3 a:hover,
      h3 a:focus-visible {
        text-decoration: underline;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      .outlet {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 10px;
        align-content: start;
        border-inline-start: 4px solid var(--outlet-color);
      }
      .outlet.idle {
        border-inline-start-color: var(--line);
      }
      /* However long names and states are, a state stands below its name: all heads look alike. */
      .outlet header {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 4px 10px;
      }
      .outlet header > .small {
        display: flex;
        align-items: center;
        height: 1lh;
      }
      .outlet header :is(h2, h3) {
        /* What tells outlets apart stands at the end of their names. */
        white-space: normal;
        overflow-wrap: anywhere;
      }
      .state {
        grid-column: 2;
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 4px 14px;
        min-width: 0;
      }
      .driver {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      .big {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 2px 8px;
      }
      .big strong {
        font-size: var(--ha-font-size-3xl, 28px);
        line-height: 1.15;
        font-weight: var(--ha-font-weight-normal, 400);
      }
      .why {
        min-height: 2.9em;
      }
      .idle .why {
        min-height: 0;
      }
      .per-phase {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
      }
      .footer {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
      }
      .footer:not(:has(button, span)) {
        display: none;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-inline-start: auto;
      }
      details summary {
        cursor: pointer;
        color: var(--quiet);
        min-height: 28px;
        width: max-content;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 16px;
        padding-top: 4px;
      }
      dt {
        color: var(--quiet);
      }
      dd small {
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      dd {
        white-space: normal;
      }
      .error {
        color: var(--bad-words);
      }
    `]}shouldUpdate(C){let H=this.picture(),e=H!==this.shown;return this.shown=H,e||[...C.keys()].some(r=>!c7.includes(r))}willUpdate(){let{hass:C,outlet:H}=this;if(!C||C.user?.is_admin)return;let{key:e,connector:r}=H,i=`${e} ${r.session!==null}`;if(i===this.asked)return;this.asked=i;let M=async o=>{let d=await u0(C);i===this.asked&&(this.mine=d.has(e),o&&!this.mine&&r.session&&window.setTimeout(()=>{M(!1)},x7))};M(!0)}picture(){let{charger:C,connector:H,name:e,color:r}=this.outlet,{connectors:i,...M}=C,{next_turn:o,session:d}=H,v=this.now();return JSON.stringify([H,M,this.opened||this.alone?i:i.length,m5(this.group),e,r,this.group.phases,X1(this.group,H).map(l=>[l.id,l.name,l.limit]),o===null?null:v0(o-v),d===null?null:v0(v-d.since)])}render(){let{hass:C,group:H,outlet:e}=this,{charger:r,connector:i,name:M}=e,o=C.user?.is_admin||this.mine,d=i.session!==null||i.active,v=i.session?i.measured:null,l=i.session?i.highest:null,m=i.session?u5(i):null,p=i.session?.driver;return a`
      <article
        class="card outlet ${d?"":"idle"}"
        style=${E({"--outlet-color":e.color})}
        aria-label=${M}
      >
        <header>
          <span class="small quiet">${c(d?e2:P1)}</span>
          ${this.alone?a`<h2 class="name" title=${M}>${M}</h2>`:a`<h3 class="name" title=${M}>
                <a href=${S2(this.entryId,e.key)}>${M}</a>
              </h3>`}
          <div class="state">
            <span class="chip ${t0(r,i)}"
              >${r0(C,r,i)}</span
            >
            ${p?a`<span class="driver">
                  <span class="small quiet">${c(w5)}</span>
                  <span class="sr">${t(C,"connector.driver")}</span>
                  <span class="name" title=${p}>${p}</span>
                </span>`:n}
          </div>
        </header>
        ${d?a`<div class="big numbers">
                <strong>${m===null?"–":O(C,m)}</strong>
                <span class="quiet"
                  >${l===null||i.stale?"–":l?j(C,l):_(C,0)}
                  ${i.offered===null?t(C,"connector.nothing_offered"):t(C,"connector.of_offered",{offered:_(C,i.offered)})}</span
                >
              </div>
              ${v?a`<div class="per-phase quiet numbers">
                    ${H.phases.map((x,Z)=>a`<span>${x} ${b(C,v[Z])}</span>`)}${i.stale?a`<span>(${t(C,"connector.stale")})</span>`:n}
                  </div>`:n}`:n}
        <p class="why">
          ${s0(C,H,i,this.now())}
          ${i.first_in_line?t(C,"connector.is_first"):n}
        </p>
        <div class="footer">
          ${i.session?a`<span class="quiet numbers">${this.session(e)}</span>`:n}
          <div class="buttons">
          ${o&&i.reason==="waiting_for_turn"&&!i.first_in_line?a`<button
                class="tonal"
                ?disabled=${this.busy||!C.connected}
                aria-label=${t(C,"connector.first_of",{name:M})}
                @click=${()=>this.attempt(()=>f3(C,this.entryId,r.id,i.number))}
              >
                <span class="small">${c(X5)}</span> ${t(C,"connector.first")}
              </button>`:n}
          ${o&&(d||!i.charging_allowed)?a`<button
                class="tonal"
                ?disabled=${this.busy||!C.connected}
                aria-label=${t(C,i.charging_allowed?"connector.pause_of":"connector.allow_of",{name:M})}
                @click=${()=>this.attempt(()=>g2(C,this.entryId,r.id,i.number,{charging_allowed:!i.charging_allowed}))}
              >
                <span class="small">${c(i.charging_allowed?r2:t2)}</span>
                ${t(C,i.charging_allowed?"connector.pause":"connector.allow")}
              </button>`:n}
          </div>
        </div>
        ${this.error?a`<p class="error" role="alert">${this.error}</p>`:n}
        ${this.compact?n:this.alone?this.details():this.folded()}
      </article>
    `}folded(){let{hass:C,outlet:H}=this;return a`<details
      @toggle=${e=>{this.opened=e.target.open}}
    >
      <summary aria-label=${t(C,"connector.details_of",{name:H.name})}>
        ${t(C,"connector.details")}
      </summary>
      ${this.opened?this.details():n}
    </details>`}details(){let{hass:C,group:H}=this,{charger:e,connector:r}=this.outlet,i=H.circuits.find(o=>o.id===r.circuit&&o.kind==="charger"),M=r.car?i0(C,r.car):"";return a`<dl class="numbers">
        ${this.fact("offered",r.offered)} ${this.fact("limit",r.limit)}
        ${this.fact("target",r.target)}
        ${this.fact("reserved",Math.max(...r.reserved))}
        <dt>${t(C,"connector.maximum")}</dt>
        <dd>${_(C,r.maximum)}</dd>
        <dt>${t(C,"connector.wiring")}</dt>
        <dd>${R2(C,e)}</dd>
        <dt>${t(C,"connector.fallback")}</dt>
        <dd>${F2(C,e.fail_safe)}</dd>
        ${M?a`<dt>${t(C,"connector.car")}</dt>
              <dd>${M}</dd>`:n}
        ${r.session?.id_tag?a`<dt>${t(C,"connector.id_tag")}</dt>
              <dd class="name">${r.session.id_tag}</dd>`:n}
      </dl>
      ${i?a`<elm-phase-bars
            .hass=${C}
            .name=${I(C,i)}
            .phases=${H.phases}
            .limits=${i.limit}
            .parts=${I2(C,H,i)}
          ></elm-phase-bars>`:n}`}fact(C,H){return H===null?n:a`<dt>${t(this.hass,`connector.${C}`)}</dt>
      <dd>
        ${j(this.hass,H)} <small>${t(this.hass,`connector.${C}_help`)}</small>
      </dd>`}session({connector:C}){let{hass:H}=this,e=C.session,r=this.now()-e.since,i=U(H,r<60?r:Math.floor(r/60)*60);return e.energy===null?t(H,"connector.session_time",{time:i}):t(H,"connector.session",{energy:G(H,e.energy),time:i})}async attempt(C){this.busy=!0,this.error="";try{await C()}catch(H){this.error=y(this.hass,H)}finally{this.busy=!1}}};s([A({attribute:!1,hasChanged:w})],W.prototype,"hass",2),s([A({attribute:!1})],W.prototype,"group",2),s([A({attribute:!1})],W.prototype,"outlet",2),s([A()],W.prototype,"entryId",2),s([A({attribute:!1})],W.prototype,"now",2),s([A({type:Number})],W.prototype,"at",2),s([A({type:Boolean,reflect:!0})],W.prototype,"compact",2),s([A({type:Boolean})],W.prototype,"alone",2),s([u()],W.prototype,"error",2),s([u()],W.prototype,"busy",2),s([u()],W.prototype,"opened",2),s([u()],W.prototype,"mine",2);var v0=L=>L<60?Math.round(L):60+Math.floor(L/30);f("elm-outlet",W);var I1=class extends h{constructor(){super(...arguments);this.now=0}static{this.styles=[k,g`
      :host {
        display: block;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 16px;
        margin-bottom: 12px;
      }
      .track {
        position: relative;
        height: 18px;
        border-radius: 9px;
        background: var(--track);
        overflow: hidden;
      }
      .used,
      .ahead {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0;
        background: var(--accent);
        transition: width 0.6s ease;
      }
      .ahead {
        opacity: 0.28;
      }
      .over .used,
      .over .ahead {
        background: var(--bad);
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      p {
        margin: 8px 0 0;
      }
    `]}render(){let{hass:C,window:H}=this,{mean:e,limit:r,forecast:i}=H,M=Math.max(r??0,e,i??0,1)*1.05,o=v=>E({width:`${100*v/M}%`}),d=t(C,r===null?"window.free":"window.used",{mean:O(C,e),limit:r===null?"":O(C,r)});return a`<section
      class="card ${r!==null&&Math.max(e,i??0)>r?"over":""}"
    >
      <header>
        <h2>${t(C,"window.title",{minutes:H.minutes})}</h2>
        <span class="quiet"
          >${t(C,"window.ends",{time:U(C,Math.max(0,H.ends_at-this.now))})}</span
        >
      </header>
      <div class="track" role="img" aria-label=${d}>
        ${i===null?n:a`<div class="ahead" style=${o(i)}></div>`}
        <div class="used" style=${o(e)}></div>
        ${r===null?n:a`<div
              class="limit"
              style=${E({insetInlineStart:`${100*r/M}%`})}
            ></div>`}
      </div>
      <p>
        ${d}
        ${i===null?n:t(C,"window.forecast",{forecast:O(C,i)})}
        ${H.cars===null||r===null?n:t(C,"window.cars",{cars:O(C,H.cars)})}
      </p>
      ${H.calendar?a`<p class=${H.calendar.is_known?"quiet":""}>
            ${t(C,H.calendar.is_known?"window.calendar":"window.calendar_unread",{calendar:H.calendar.name})}
          </p>`:n}
      ${H.peak===null||H.peak_at===null?n:a`<p class="quiet">
            ${t(C,"window.peak",{peak:O(C,H.peak),time:$(C,new Date(H.peak_at))})}
          </p>`}
    </section>`}};s([A({attribute:!1})],I1.prototype,"hass",2),s([A({attribute:!1})],I1.prototype,"window",2),s([A({type:Number})],I1.prototype,"now",2);f("elm-window",I1);var x5=30,J=class extends h{constructor(){super(...arguments);this.entryId="";this.now=()=>0;this.narrow=!1;this.compact=!1;this.shown={};this.unfolded=!1;this.most=x5;this.at=0}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        container-type: inline-size;
      }
      .tree {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
        padding-block: 8px;
      }
      .summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
      }
      .outlets {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
      }
      /* Of two hundred only those in sight are laid out and drawn. */
      .outlets elm-outlet {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 210px;
      }
      :host([compact]) .outlets {
        gap: 0;
        grid-template-columns: 1fr;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      :host([compact]) {
        gap: 0;
      }
      :host([compact]) .tree ~ .outlets elm-outlet,
      :host([compact]) elm-outlet + elm-outlet,
      :host([compact]) .outlets + .tree,
      :host([compact]) .summary ~ .outlets {
        border-top: 1px solid var(--line);
      }
      :host([compact]) .summary {
        padding: 12px 16px;
      }
      .tree summary {
        cursor: pointer;
        min-height: 28px;
      }
      ol,
      .no-chargers {
        justify-items: center;
        display: grid;
        gap: 12px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{(this.group?.window||this.group?.chargers.some(H=>H.connectors.some(e=>e.next_turn!==null||e.session)))&&(this.at+=1)},1e3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}render(){let{shown:C}=this,H=this.outlets(),e=!C.carsOnly&&C.outlet===void 0;return a`
      ${this.compact&&!C.carsOnly?n:this.summary(H)}
      ${this.group.window&&e&&C.circuit===void 0&&!this.compact?a`<elm-window
            .hass=${this.hass}
            .window=${this.group.window}
            .now=${this.now()}
          ></elm-window>`:n}
      ${e&&!this.narrow?this.tree():n}
      ${H.length?a`<h2 class="sr">${t(this.hass,"outlets")}</h2>
            <div class="outlets">${this.cards(H)}</div>`:this.nobody()}
      ${e&&this.narrow?this.folded():n}
    `}outlets(){let{hass:C,group:H,shown:e}=this;if(e.circuit!==void 0){let i=H.circuits.find(({id:M})=>M===e.circuit);return i?j2(C,H,i):[]}let r=_1(C,H);return e.outlet===void 0?r:r.filter(({key:i})=>i===e.outlet)}updated(){this.most===x5&&this.outlets().length>x5&&requestAnimationFrame(()=>window.setTimeout(()=>this.most=1/0))}cards(C){return y2(C.slice(0,this.most),({key:H})=>H,H=>a`<elm-outlet
        .hass=${this.hass}
        .group=${this.group}
        .outlet=${H}
        .entryId=${this.entryId}
        .now=${this.now}
        .at=${this.at}
        ?compact=${this.compact}
      ></elm-outlet>`)}tree(){return a`<section class="card tree" aria-label=${t(this.hass,"circuits")}>
      ${this.circuits()}
    </section>`}folded(){return a`<details
      class="card tree"
      @toggle=${C=>{this.unfolded=C.target.open}}
    >
      <summary>${t(this.hass,"circuits")}</summary>
      ${this.unfolded?this.circuits():n}
    </details>`}circuits(){let{circuit:C}=this.shown;return a`<elm-circuits
      .hass=${this.hass}
      .group=${this.group}
      .only=${C===void 0?void 0:[C]}
      ?compact=${this.compact}
    ></elm-circuits>`}summary(C){let{hass:H,group:e}=this,r=C.filter(({connector:M})=>M.status==="charging").length,i=C.filter(({connector:M})=>a0(M)).length;return a`
      <div class="summary">
        <span class="chip ${B2(e)}">${T2(H,e)}</span>
        ${e.safe_limit_cause?a`<span>${M0(H,e)}</span>`:n}
        <span class="quiet">
          ${r?F1(H,"summary.charging",r):t(H,"summary.idle")}${i?a`, ${F1(H,"summary.waiting",i)}`:n}
        </span>
      </div>
      ${e.temporary_limits.map(M=>{let o=e.circuits.find(({id:d})=>d===M.circuit);return a`<div class="alert warn">
          ${c(C3)}
          <span class="grow"
            >${t(H,"summary.temporary_limit",{limit:_(H,M.limit),circuit:o?I(H,o):"",until:$(H,new Date(M.until)),name:M.name})}</span
          >
        </div>`})}
      ${(e.signals??[]).map(M=>this.signal(M))}
      ${H.user?.is_admin?this.hints():n}
      ${H.user?.is_admin&&e.unknown.length?a`<div class="alert">
            ${c(r1)}
            <span class="grow">${F1(H,"summary.unknown",e.unknown.length)}</span>
            <a class="button" href="${Q}/settings/${this.entryId}"
              >${t(H,"summary.see")}</a
            >
          </div>`:n}
    `}signal(C){let{hass:H,group:e}=this;return a`<div class="alert warn">
      ${c(i2)}
      <span class="grow"
        >${t(H,C.until?"signal.now_until":"signal.now",{circuit:E2(H,e,C),limit:O(H,1e3*C.limit),since:$(H,new Date(C.start)),until:C.until?$(H,new Date(C.until)):"",who:D2(H,C)})}</span
      >
    </div>`}hints(){let{hass:C,group:H}=this;return H.chargers.filter(({wiring_hint:e})=>e).map(({name:e})=>a`<div class="alert warn">
            ${c(r1)}
            <span class="grow">${t(C,"summary.wiring_hint",{name:e})}</span>
            <a class="button" href="${Q}/settings/${this.entryId}"
              >${t(C,"summary.see_wiring")}</a
            >
          </div>`)}nobody(){let{hass:C,shown:H}=this;return H.outlet!==void 0?a`<p class="card quiet">${t(C,"no_outlet.title")}</p>`:H.circuit!==void 0?a`<p class="card quiet">${t(C,"no_outlets_behind")}</p>`:this.noChargers()}noChargers(){let{hass:C,group:H}=this;return K(a1,t(C,"no_chargers.title"),C.user?.is_admin?a`<span class="no-chargers">
            <span>${t(C,"no_chargers.text")}</span>
            <code>${H.url}</code>
            <span>${t(C,"no_chargers.then")}</span>
          </span>`:t(C,"no_chargers.guest"),C.user?.is_admin?a`<button
            class="filled"
            @click=${()=>_2(this.renderRoot,C,this.entryId)}
          >
            ${t(C,"no_chargers.add")}
          </button>`:n)}};s([A({attribute:!1,hasChanged:w})],J.prototype,"hass",2),s([A({attribute:!1})],J.prototype,"group",2),s([A()],J.prototype,"entryId",2),s([A({attribute:!1})],J.prototype,"now",2),s([A({type:Boolean})],J.prototype,"narrow",2),s([A({type:Boolean,reflect:!0})],J.prototype,"compact",2),s([A({attribute:!1})],J.prototype,"shown",2),s([u()],J.prototype,"unfolded",2),s([u()],J.prototype,"most",2),s([u()],J.prototype,"at",2);f("elm-now",J);var z2=window.matchMedia("(max-width: 600px)"),h7=({outlets:L,feeders:V},{outlet:C,circuit:H})=>C!==void 0?L.some(({id:e})=>e===C):H!==void 0?V.some(({id:e})=>e===H):!0,h1=class extends h{constructor(){super(...arguments);this.shown={};this.narrow=z2.matches;this.follower=new R1(this);this.now=()=>this.follower.now;this.turned=()=>{this.narrow=z2.matches}}static{this.styles=[k,g`
      :host {
        display: block;
      }
      .frame {
        padding: 0;
        overflow: hidden;
      }
      .frame .card {
        border: 0;
      }
      footer {
        border-top: 1px solid var(--line);
        padding: 4px 8px;
      }
      .old {
        opacity: 0.6;
      }
      .words {
        padding: 16px;
      }
    `]}connectedCallback(){super.connectedCallback(),z2.addEventListener("change",this.turned),this.turned()}disconnectedCallback(){super.disconnectedCallback(),z2.removeEventListener("change",this.turned)}willUpdate(C){if(!this.hass)return;let H=C.get("hass");C.has("hass")&&H?.language!==this.hass.language&&k2(this.hass).then(()=>this.requestUpdate());let e=C.has("shown")||!this.first&&C.has("hass");!this.entryId&&e&&c2(this.hass).then(i=>{this.first=(i.find(M=>h7(M,this.shown))??i[0])?.entry_id??null},()=>{});let r=this.entryId??this.first;r&&this.follower.follow(this.hass,r)}render(){let{hass:C}=this;return C?a`<div class="card frame ${C.connected?"":"old"}">
      ${this.content()}
      <footer>
        <a class="button" href=${this.pagePath}>${t(C,"card.open")}</a>
      </footer>
    </div>`:n}get pagePath(){let C=this.entryId??this.first;if(!C)return Q;let{outlet:H}=this.shown;return H?S2(C,H):`${Q}/now/${C}`}content(){let{hass:C}=this,{seen:H}=this.follower;if(!this.entryId&&this.first===null)return K(a1,t(C,"no_groups.title"),t(C,"no_groups.guest"));switch(H.state){case"loading":return a`<p class="words quiet" aria-busy="true">${t(C,"loading")}</p>`;case"running":return a`<elm-now
          compact
          .hass=${C}
          .group=${H.group}
          .entryId=${this.entryId??this.first??""}
          .now=${this.now}
          .shown=${this.shown}
          ?narrow=${this.narrow}
        ></elm-now>`;default:return a`<p class="words">
          ${c(r1)} ${t(C,`${H.state}.title`)}
        </p>`}}};s([A({attribute:!1,hasChanged:w})],h1.prototype,"hass",2),s([A()],h1.prototype,"entryId",2),s([A({attribute:!1})],h1.prototype,"shown",2),s([u()],h1.prototype,"first",2),s([u()],h1.prototype,"narrow",2);f("ev-load-manager-live",h1);var $1=260,l1=class extends h{constructor(){super(...arguments);this.lines=[];this.from=0;this.to=0;this.label=""}static{this.styles=[k,g`
      :host {
        display: block;
        min-width: 0;
      }
      .frame {
        min-height: ${$1}px;
      }
      ha-chart-base {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${$1}px;
        overflow: visible;
      }
      svg text {
        fill: var(--quiet);
        font-size: 11px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding-top: 8px;
        justify-content: center;
      }
      .legend span {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 50%;
      }
    `]}connectedCallback(){super.connectedCallback(),E1("ha-chart-base","history").then(C=>{this.native=C})}render(){return a`<figure class="frame" aria-label=${this.label}>
      ${this.native===void 0?n:this.native?this.nativeChart():this.plainChart()}
    </figure>`}get highest(){let C=this.lines.filter(H=>!H.shade).flatMap(H=>H.points.map(([,e])=>e??0));return Z7(Math.max(...C,1)*1.04)}nativeChart(){let{highest:C}=this,H=this.lines.map(r=>({id:r.id,name:r.name,type:"line",step:"end",color:c0(this,r.color),cursor:"default",symbol:"none",data:r.shade?r.points.map(([i,M])=>[i,M===null?null:C]):r.points,animationDurationUpdate:0,z:r.shade?1:r.dashed?4:3,lineStyle:{width:r.shade?0:r.dashed?2:1.5,type:r.dashed?"dashed":"solid"},...r.shade?{areaStyle:{opacity:.18}}:{}})),e={xAxis:{type:"time",min:new Date(this.from),max:new Date(this.to)},yAxis:{type:"value",name:"A",min:0,max:C,position:"left",nameGap:6,nameTextStyle:{align:"left"},axisLine:{show:!1},splitLine:{show:!0},axisLabel:{formatter:r=>b(this.hass,r,0)}},legend:{type:"custom",show:!0,data:this.lines.map(({id:r,name:i})=>({id:r,name:i,noLabelClick:!0}))},grid:{top:26,left:30,right:8,bottom:22},tooltip:{trigger:"axis",renderMode:"html",confine:!0,formatter:r=>this.tooltip(r)}};return a`<ha-chart-base
      .hass=${this.hass}
      .data=${H}
      .options=${e}
      .height=${`${$1+40}px`}
      expand-legend
    ></ha-chart-base>`}tooltip(C){let H=C[0]?.axisValue;if(H===void 0)return"";let e=this.lines.flatMap(r=>{let i=S7(r,H);if(i===null)return[];let M=r.shade?"":`: <b>${j(this.hass,i)}</b>`;return[`<span style="display:inline-block;margin-inline-end:6px;border-radius:50%;width:10px;height:10px;background:${c0(this,r.color)}"></span>${x0(r.name)}${M}`]});return[x0($(this.hass,new Date(H),!0)),...e].join("<br>")}plainChart(){let{highest:C,from:H,to:e}=this,[r,i,M,o,d]=[800,34,6,10,22],v=p=>i+(Math.min(Math.max(p,H),e)-H)/(e-H||1)*(r-i-M),l=p=>o+(1-Math.min(Math.max(p,0),C)/C)*($1-o-d),m=[0,.25,.5,.75,1];return a`<svg viewBox="0 0 ${r} ${$1}" preserveAspectRatio="none" aria-hidden="true">
        ${g7(C).map(p=>z`
            <line x1=${i} x2=${r-M} y1=${l(p)} y2=${l(p)}
              stroke="var(--line)" vector-effect="non-scaling-stroke"></line>
            <text x=${i-6} y=${l(p)+4} text-anchor="end">${b(this.hass,p,0)}</text>`)}
        ${m.map(p=>z`
            <text x=${v(H+p*(e-H))} y=${$1-4}
              text-anchor=${p===0?"start":p===1?"end":"middle"}>${j1(this.hass,new Date(H+p*(e-H)))}</text>`)}
        ${this.lines.map(p=>p.shade?k7(p,e).map(([x,Z])=>z`<rect x=${v(x)} width=${Math.max(1,v(Z)-v(x))}
                  y=${o} height=${$1-o-d} fill=${p.color} opacity="0.18"></rect>`):z`<path d=${f7(p,v,l,e)} fill="none" stroke=${p.color}
                stroke-width=${p.dashed?2:1.5} stroke-dasharray=${p.dashed?"6 4":"none"}
                vector-effect="non-scaling-stroke"></path>`)}
      </svg>
      <div class="legend">
        ${this.lines.map(p=>a`<span><i style="background:${p.color}"></i>${p.name}</span>`)}
      </div>`}};s([A({attribute:!1})],l1.prototype,"hass",2),s([A({attribute:!1})],l1.prototype,"lines",2),s([A({type:Number})],l1.prototype,"from",2),s([A({type:Number})],l1.prototype,"to",2),s([A()],l1.prototype,"label",2),s([u()],l1.prototype,"native",2);var h0=L=>L<=10?2:L<=50?5:L<=200?20:100;function Z7(L){let V=h0(L);return Math.ceil(L/V)*V}function g7(L){let V=h0(L),C=V*Math.ceil(L/V/5);return Array.from({length:Math.floor(L/C)+1},(H,e)=>e*C)}function S7(L,V){let[C,H]=[0,L.points.length];for(;C<H;){let e=C+H>>1;L.points[e][0]<=V?C=e+1:H=e}return C?L.points[C-1][1]:null}function f7(L,V,C,H){let e="",r=null;for(let[i,M]of[...L.points,[H,null]])r!==null&&(e+=`H${V(i).toFixed(1)}`),M!==null&&(e+=r===null?`M${V(i).toFixed(1)} ${C(M).toFixed(1)}`:`V${C(M).toFixed(1)}`),r=M;return e}function k7(L,V){return L.points.flatMap(([C,H],e)=>H===null?[]:[[C,L.points[e+1]?.[0]??V]])}function c0(L,V){let C=/^var\((--[\w-]+)(?:,\s*(.+))?\)$/.exec(V);return C?getComputedStyle(L).getPropertyValue(C[1]).trim()||C[2]||"#888":V}var x0=L=>L.replace(/[&<>"]/g,V=>`&#${V.charCodeAt(0)};`);f("elm-chart",l1);var G2=160,b7=400,Z1=class extends h{constructor(){super(...arguments);this.entryId="";this.from=0;this.to=0;this.all=[]}static{this.styles=[k,g`
      :host {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${G2}px;
      }
      .plot {
        position: relative;
        margin-block: 12px 4px;
        margin-inline-start: 52px;
      }
      .step {
        stroke: var(--line);
        vector-effect: non-scaling-stroke;
      }
      .scale {
        position: absolute;
        inset-inline-end: calc(100% + 8px);
        transform: translateY(-50%);
        white-space: nowrap;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1;
      }
      .bar {
        fill: var(--accent);
      }
      .over {
        fill: var(--bad);
      }
      .limit {
        stroke: var(--bad);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        gap: 16px;
        margin-inline-start: 52px;
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 2px 16px;
        padding-top: 8px;
        color: var(--quiet);
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 2px;
        background: var(--accent);
      }
      .legend .above {
        background: var(--bad);
      }
      .legend .line {
        height: 2px;
        width: 18px;
        background: var(--bad);
      }
    `]}willUpdate(C){(C.has("entryId")||C.has("to"))&&this.load()}async load(){try{this.all=await x3(this.hass,this.entryId)}catch{this.all=[]}}render(){let{hass:C}=this,H=this.all.filter(([m])=>m*1e3>=this.from-36e5&&m*1e3<this.to).slice(-b7);if(!H.length)return n;let e=Math.max(...H.map(([,m,p])=>Math.max(m,p??0)),1e3)*1.05,r=w7(e),i=Array.from({length:Math.floor(e/r)+1},(m,p)=>p*r),M=([,m,p])=>p!==null&&m>p,o=m=>G2*(1-m/e),[d,v,l]=[H[0],H[H.length-1],H.reduce((m,p)=>p[1]>m[1]?p:m)];return a`<section class="card">
      <h2>${t(C,"window.history")}</h2>
      <div class="plot">
        ${i.map(m=>a`<span class="scale numbers" style=${E({insetBlockStart:`${o(m)}px`})}
              >${b(C,m/1e3,Number.isInteger(r/1e3)?0:1)} kW</span
            >`)}
      <svg viewBox="0 0 ${H.length} ${G2}" preserveAspectRatio="none" role="img">
        <title>
          ${t(C,"window.highest",{mean:O(C,l[1]),time:$(C,new Date(l[0]*1e3))})}
        </title>
        ${i.map(m=>z`<line class="step" x1="0" x2=${H.length} y1=${o(m)} y2=${o(m)}></line>`)}
        ${H.map(([m,p,x],Z)=>z`
            <rect class="bar ${x!==null&&p>x?"over":""}"
              x=${Z+.1} width="0.8" y=${o(p)} height=${G2-o(p)}>
              <title>${y7(C,m,p,x)}</title>
            </rect>
            ${x===null?n:z`<line class="limit" x1=${Z} x2=${Z+1} y1=${o(x)} y2=${o(x)}></line>`}`)}
      </svg>
      </div>
      <div class="ends quiet">
        <span>${$(C,new Date(d[0]*1e3))}</span>
        <span>${$(C,new Date(v[0]*1e3))}</span>
      </div>
      <div class="legend numbers">
        <span><i aria-hidden="true"></i>${t(C,"window.mean")}</span>
        ${H.some(M)?a`<span><i class="above" aria-hidden="true"></i>${t(C,"window.above")}</span>`:n}
        ${H.some(([,,m])=>m!==null)?a`<span><i class="line" aria-hidden="true"></i>${t(C,"window.limit")}</span>`:n}
        <span
          >${t(C,"window.highest",{mean:O(C,l[1]),time:$(C,new Date(l[0]*1e3))})}</span
        >
      </div>
    </section>`}};s([A({attribute:!1,hasChanged:w})],Z1.prototype,"hass",2),s([A()],Z1.prototype,"entryId",2),s([A({type:Number})],Z1.prototype,"from",2),s([A({type:Number})],Z1.prototype,"to",2),s([u()],Z1.prototype,"all",2);var w7=L=>[500,1e3,2e3,5e3,1e4,2e4,5e4,1e5].find(V=>L/V<5.5)??5e5;function y7(L,V,C,H){let e=`${$(L,new Date(V*1e3))}: ${O(L,C)}`;return H===null?e:`${e} / ${O(L,H)}`}f("elm-windows",Z1);var Y1=L=>L.config.components.includes("recorder")&&L.config.components.includes("history");async function Z0(L,V,C,H){let e=await L.callWS({type:"history/history_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),entity_ids:V,minimal_response:!0,no_attributes:!0,significant_changes_only:!1,include_start_time_state:!0});return Object.fromEntries(Object.entries(e).map(([r,i])=>[r,i.map(({s:M,lu:o})=>{let d=Number.parseFloat(M);return[Math.max(C,o*1e3),Number.isFinite(d)?d:null]})]))}async function _7(L,V,C,H){let e=await L.callWS({type:"recorder/statistics_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),statistic_ids:V,period:"5minute",types:["max"]});return Object.fromEntries(Object.entries(e).map(([r,i])=>[r,i.flatMap(({start:M,end:o,max:d},v)=>{let l=i[v+1]?.start,m=l!==void 0&&l>o?[[o,null]]:[];return[[M,d],...m]})]))}async function U2(L,V,C,H,e){if(e-H<=936e5){let M=[...V,...C];return M.length?Z0(L,M,H,e):{}}let[r,i]=await Promise.all([V.length?_7(L,V,H,e):{},C.length?Z0(L,C,H,e):{}]);return{...r,...i}}var K2=3600*1e3,h5={hour:K2,six_hours:6*K2,day:24*K2,week:168*K2},O7=60*1e3,$7={title:"history.chargers",measured:"chargers_current",limit:"maximum_current"},P7=[{title:"history.meter",measured:"grid_current",limit:"grid_maximum_current"},{title:"history.other_load",measured:"other_load"}],T7={title:"history.feeder_chargers",measured:"current",limit:"maximum_current"},B7=[{title:"history.feeder_meter",measured:"total_current",limit:"maximum_current"},{title:"history.other_load",measured:"other_load"}],N=class extends h{constructor(){super(...arguments);this.entryId="";this.phases=["L1","L2","L3"];this.hasMeter=!1;this.hasWindow=!1;this.circuits=[];this.wallClock=Date.now;this.length="hour";this.chosen="";this.error="";this.from=0;this.to=0;this.asked=0;this.download=async()=>{try{let C=new URLSearchParams({start:new Date(this.from).toISOString(),end:new Date(this.to).toISOString(),...this.feeder?{feeder:this.feeder.id}:{}});await h2(this.hass,this.entryId,`meter.csv?${C}`)}catch(C){this.error=y(this.hass,C)}}}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .period {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .lengths {
        display: inline-flex;
        background: var(--track);
        border-radius: 9999px;
        padding: 2px;
      }
      .lengths button {
        color: var(--loud);
        min-height: 36px;
      }
      .lengths button[aria-pressed="true"] {
        background: var(--ha-card-background, var(--card-background-color, #fff));
        box-shadow: var(--ha-box-shadow-s, 0 1px 3px rgba(0, 0, 0, 0.2));
      }
      .round {
        padding: 0 8px;
      }
      .card h2 {
        margin-bottom: 8px;
      }
      .highest {
        padding-top: 8px;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        justify-content: center;
      }
      .download {
        margin-inline-start: auto;
      }
      @media (max-width: 480px) {
        .lengths {
          width: 100%;
        }
        .lengths button {
          flex: 1;
          justify-content: center;
          padding: 0 6px;
        }
        .download {
          margin-inline-start: 0;
        }
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.until===void 0&&!document.hidden&&this.load()},O7)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}willUpdate(C){C.has("entryId")&&(this.chosen="");let H=this.isMetered;C.has("entryId")||C.has("chosen")||H!==this.wasMetered?(this.wasMetered=H,this.entities=void 0,this.load()):(C.has("length")||C.has("until"))&&this.load()}get feeders(){return this.circuits.filter(({kind:C})=>C==="feeder")}get feeder(){return this.feeders.find(({id:C})=>C===this.chosen)}get mayDownload(){return!this.feeder||!!this.hass.user?.is_admin}get isMetered(){return this.feeder?this.feeder.safe_limit!==null:this.hasMeter}render(){let{hass:C}=this;return Y1(C)?a`
      <div class="period">
        ${this.feeders.length?this.picker():n}
        <div class="lengths" role="group" aria-label=${t(C,"history.period")}>
          ${Object.keys(h5).map(H=>a`<button
                aria-pressed=${this.length===H}
                @click=${()=>{this.length=H}}
              >
                ${t(C,`history.${H}`)}
              </button>`)}
        </div>
        <button class="round" title=${t(C,"history.earlier")} @click=${()=>this.move(-1)}>
          ${c(P5)}<span class="sr">${t(C,"history.earlier")}</span>
        </button>
        <button
          class="round"
          title=${t(C,"history.later")}
          ?disabled=${this.until===void 0}
          @click=${()=>this.move(1)}
        >
          ${c(T5)}<span class="sr">${t(C,"history.later")}</span>
        </button>
        <input
          type="date"
          aria-label=${t(C,"history.on_day")}
          required
          min="2000-01-01"
          max=${l5(C,this.wallClock())}
          .value=${l5(C,(this.until??this.wallClock())-1)}
          @change=${H=>this.goTo(H.target)}
        />
        <span class="quiet" aria-live="polite"
          >${this.to?`${$(C,new Date(this.from))} – ${$(C,new Date(this.to))}`:n}</span
        >
        ${this.isMetered&&this.mayDownload?a`<button class="tonal download" @click=${this.download}>
              <span class="small">${c(T1)}</span> ${t(C,"history.download")}
            </button>`:n}
      </div>
      ${this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:n}
      ${this.pictures===void 0?a`<div class="card quiet" aria-busy="true">${t(C,"loading")}</div>`:this.pictures.map(H=>this.picture(H))}
      ${this.hasWindow&&!this.feeder?a`<elm-windows
            .hass=${C}
            .entryId=${this.entryId}
            .from=${this.from}
            .to=${this.to}
          ></elm-windows>`:n}
    `:K(V2,t(C,"history.no_recorder"),t(C,"history.no_recorder_text"))}picker(){let{hass:C}=this;return a`<select
      aria-label=${t(C,"history.where")}
      @change=${H=>{this.chosen=H.target.value}}
    >
      <option value="" ?selected=${!this.feeder}>${t(C,"circuit.group")}</option>
      ${this.feeders.map(({id:H,name:e})=>a`<option value=${H} ?selected=${H===this.chosen}>${e}</option>`)}
    </select>`}picture({title:C,lines:H}){let{hass:e}=this,M=H.filter(d=>!d.dashed&&!d.shade).map(d=>({name:d.name,value:Math.max(...d.points.map(([,v])=>v??Number.NEGATIVE_INFINITY))})).filter(({value:d})=>Number.isFinite(d)),o=M.map(({name:d,value:v})=>t(e,"history.summary",{name:d,highest:j(e,v)}));return a`<section class="card">
      <h2>${C}</h2>
      ${M.length?a`<elm-chart
              .hass=${e}
              .lines=${H}
              .from=${this.from}
              .to=${this.to}
              .label=${[C,...o].join("; ")}
            ></elm-chart>
            <div class="highest quiet numbers">${o.map(d=>a`<span>${d}</span>`)}</div>`:a`<p class="quiet">${t(e,"history.empty")}</p>`}
    </section>`}move(C){this.show((this.until??this.wallClock())+C*h5[this.length])}goTo(C){C.checkValidity()&&(this.length!=="week"&&(this.length="day"),this.show(C0(this.hass,C.value)))}show(C){this.until=C>=this.wallClock()?void 0:C}async load(){let{hass:C,entryId:H}=this;if(!C||!H||!Y1(C))return;let e=++this.asked,r=this.until??this.wallClock(),i=r-h5[this.length];try{this.entities??=await x2(C,H);let M=this.isMetered?await Z2(C,H).catch(()=>[]):[],o=await this.draw(this.entities,M,i,r);if(e!==this.asked)return;[this.from,this.to]=[i,r],this.pictures=o,this.error=""}catch(M){e===this.asked&&(this.error=y(C,M))}}async draw({group:C,feeders:H},e,r,i){let{hass:M,feeder:o}=this,d=o?H[o.id]??{}:C,v=o?[T7]:[$7];this.isMetered&&v.push(...o?B7:P7);let l=P=>this.phases.flatMap((D,C2)=>{let H2=d[`${P}_${D.toLowerCase()}`];return H2?[{entity:H2,phase:D,index:C2}]:[]}),m=v.flatMap(({limit:P})=>P&&d[P]||[]),p=await U2(M,v.flatMap(({measured:P})=>l(P).map(({entity:D})=>D)),[...new Set(m)],r,i),x=Math.min(i,this.wallClock()),Z=(P=[])=>{let D=P.at(-1);return D&&D[0]<x&&D[1]!==null?[...P,[x,D[1]]]:P},L1=P=>l(P).map(({entity:D,phase:C2,index:H2})=>({id:`${P}_${C2}`,name:C2,color:P2(H2),points:Z(p[D])})),u1=P=>{let D=d[P];return D&&p[D]?[{id:P,name:t(M,`history.${P}`),color:"var(--error-color, #db4437)",dashed:!0,points:Z(p[D])}]:[]},O0=o?.id??"grid",$0=this.shade(e.filter(({circuit:P})=>P===O0),r,i);return v.map(P=>({title:t(M,P.title),lines:[...L1(P.measured),...P.limit?[...u1(P.limit),...$0]:[]]}))}shade(C,H,e){let r=C.flatMap(({start:i,end:M})=>{let[o,d]=[Date.parse(i),M===null?e:Date.parse(M)];return d<H||o>e?[]:[[Math.max(o,H),1],[Math.min(d,e),null]]});return r.length?[{id:"safe_limit",name:t(this.hass,"history.safe_limit_period"),color:"var(--warning-color, #ffa600)",shade:!0,points:r}]:[]}};s([A({attribute:!1,hasChanged:w})],N.prototype,"hass",2),s([A()],N.prototype,"entryId",2),s([A({attribute:!1})],N.prototype,"phases",2),s([A({type:Boolean})],N.prototype,"hasMeter",2),s([A({type:Boolean})],N.prototype,"hasWindow",2),s([A({attribute:!1})],N.prototype,"circuits",2),s([A({attribute:!1})],N.prototype,"wallClock",2),s([u()],N.prototype,"length",2),s([u()],N.prototype,"chosen",2),s([u()],N.prototype,"until",2),s([u()],N.prototype,"pictures",2),s([u()],N.prototype,"error",2);f("elm-history",N);var R7={},Z5=c1(class extends t1{constructor(){super(...arguments),this.ot=R7}render(L,V){return V()}update(L,[V,C]){if(Array.isArray(V)){if(Array.isArray(this.ot)&&this.ot.length===V.length&&V.every((H,e)=>H===this.ot[e]))return T}else if(this.ot===V)return T;return this.ot=Array.isArray(V)?Array.from(V):V,this.render(V,C)}});var g5=3;function g0(L,V,C){let H=[];for(let e=0;e<C.length;){let r=[C[e]];for(;C[e+r.length]&&F7(r[0],C[e+r.length]);)r.push(C[e+r.length]);H.push(D7(L,V,r)),e+=r.length}return H}var F7=(L,V)=>L.kind===V.kind&&L.kind!=="setting"&&L.kind!=="safe_limit"&&L.kind!=="meter_back"&&L.time===V.time&&L.why===V.why&&L.circuit===V.circuit&&L.phase===V.phase&&Q2(L)===Q2(V);function Q2({kind:L,before:V,after:C}){return L!=="limit"?L:C===0?"paused":V===0?"goes_on":Number(C)>Number(V)?"up":"down"}function D7(L,V,C){let H=C[0];return{time:new Date(H.time),tone:Q2(H),words:E7(L,V,C)}}function E7(L,V,C){let H=C[0],e=j7(L,V,C);switch(H.kind){case"setting":return z7(L,H);case"safe_limit":case"meter_back":return N7(L,V,H);case"limit":{let r=C.every(({after:d})=>d===H.after),i=`${Q2(H)}${r?C.length>1?"_several":"":"_some"}`,M=t(L,`happened.${i}`,{outlet:e,limit:_(L,Number(H.after))}),o=W7(L,V,H);return o?t(L,"happened.because",{changed:M,why:o}):`${M}.`}default:return t(L,`happened.${H.kind}`,{outlet:e})}}function j7(L,V,C){let H=C.map(r=>I7(L,V,r)).reverse();if(H.length<=g5)return H.join(", ");let e=H.slice(0,g5-1).join(", ");return t(L,"happened.and_others",{names:e,count:H.length-g5+1})}function I7(L,V,{charger:C,connector:H}){let e=V.chargers.find(r=>r.id===C);return e?H!==null&&e.connectors.length>1?t(L,"outlet",{charger:e.name,number:H}):e.name:C??""}function W7(L,V,{why:C,circuit:H,phase:e}){let r=V.circuits.find(d=>d.id===H),i={phase:e??"",circuit:r?I(L,r):""},M=r?.kind==="feeder"?"_feeder":"",o=r&&e?"_where":"";for(let d of[`${C}${M}`,`${C}${o}`,`${C}`]){let v=t(L,`happened.why.${d}`,i);if(v!==`happened.why.${d}`)return v}return""}function N7(L,V,{kind:C,circuit:H,cause:e}){let r=V.circuits.find(M=>M.id===H),i=t(L,C==="meter_back"?"happened.meter_back":`happened.cause.${e}`);return r?.kind==="feeder"?`${I(L,r)}: ${i}`:i}function z7(L,{setting:V,before:C,after:H}){let e=t(L,`settings.${V}`);return typeof H=="number"&&typeof C=="number"?t(L,"happened.setting",{setting:e,before:_(L,C),after:_(L,H)}):typeof H=="boolean"?t(L,H?"happened.setting_on":"happened.setting_off",{setting:e}):t(L,"happened.setting_choice",{setting:e,after:t(L,`settings.${V==="policy"?"policies":"phase_choices"}.${H}`)})}var G7=200,S0=5e3,U7=3e3,K7={began:e2,ended:P1,up:O5,down:y5,paused:r2,goes_on:t2,lost:W5,back:I5,safe_limit:K5,meter_back:U5,setting:L2},H1=class extends h{constructor(){super(...arguments);this.entryId="";this.outlet="";this.wallClock=Date.now;this.most=G7;this.error="";this.loadedAt=0;this.load=async()=>{let{hass:C,entryId:H,outlet:e,most:r}=this;this.loadedAt=performance.now();try{this.happenings=await S3(C,H,{outlet:e,limit:r}),this.error=""}catch(i){this.error=y(C,i)}}}static{this.styles=[k,g`
      :host {
        display: block;
      }
      h3 {
        padding-block: 12px 4px;
        font-size: var(--ha-font-size-m, 14px);
        color: var(--quiet);
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: max-content 18px minmax(0, 1fr);
        gap: 10px;
        align-items: baseline;
        padding-block: 6px;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .icon {
        width: 18px;
        height: 18px;
        color: var(--quiet);
        align-self: center;
      }
      .lost .icon,
      .safe_limit .icon {
        color: var(--bad);
      }
      .back .icon,
      .meter_back .icon {
        color: var(--good);
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),window.clearTimeout(this.timer),this.timer=void 0}shouldUpdate(C){if(C.has("entryId")||C.has("outlet")||C.has("most"))this.load();else if(C.has("group")&&this.timer===void 0){let H=Math.max(0,this.loadedAt+U7-performance.now());this.timer=window.setTimeout(()=>{this.timer=void 0,this.load()},H)}return!this.hasUpdated||[...C.keys()].some(H=>H!=="group")}render(){let{hass:C,happenings:H}=this;return this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:H?H.length?a`${this.days(g0(C,this.group,H))}
    ${H.length>=this.most&&this.most<S0?a`<button
          class="more tonal"
          @click=${()=>{this.most=Math.min(S0,this.most*4)}}
        >
          ${t(C,"log.more")}
        </button>`:n}`:a`<p class="quiet">${t(C,"happened.nothing")}</p>`:a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`}days(C){let{hass:H}=this,e=new Date(this.wallClock()).toDateString(),r=new Map;for(let i of C){let M=i.time.toDateString();r.set(M,[...r.get(M)??[],i])}return[...r].map(([i,M])=>a`${i===e?n:a`<h3>${t(H,"happened.yesterday")}</h3>`}
        <ol>
          ${M.map(o=>a`<li class=${o.tone}>
                <time class="quiet numbers" datetime=${o.time.toISOString()}
                  >${j1(H,o.time)}</time
                >
                ${c(K7[o.tone])} <span>${o.words}</span>
              </li>`)}
        </ol>`)}};s([A({attribute:!1,hasChanged:w})],H1.prototype,"hass",2),s([A({attribute:!1})],H1.prototype,"group",2),s([A()],H1.prototype,"entryId",2),s([A()],H1.prototype,"outlet",2),s([A({attribute:!1})],H1.prototype,"wallClock",2),s([u()],H1.prototype,"happenings",2),s([u()],H1.prototype,"most",2),s([u()],H1.prototype,"error",2);f("elm-happened",H1);var f0=100,k0=5e3,Q7=3e3,F=class extends h{constructor(){super(...arguments);this.entryId="";this.wallClock=Date.now;this.calculations=!1;this.charger="";this.live=!0;this.most=f0;this.opened=new Set;this.error="";this.loadedAt=0;this.names="";this.load=async()=>{let{hass:C,entryId:H,charger:e}=this;this.loadedAt=performance.now();try{let[r,i,M]=await Promise.all([Z2(C,H),this.group.signals?h3(C,H):void 0,this.calculations?g3(C,H,{limit:this.most,...e?{charger:e}:{}}):[]]);this.periods=r.reverse(),this.signals=i,this.rows=this.calculations?M.reverse():void 0,this.error=""}catch(r){this.error=y(C,r)}};this.download=async()=>{try{await h2(this.hass,this.entryId,"signals.csv")}catch(C){this.error=y(this.hass,C)}}}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding-block: 12px 8px;
      }
      .tools label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .tools select {
        max-width: 220px;
      }
      td {
        white-space: nowrap;
        vertical-align: middle;
      }
      td.wrap {
        white-space: normal;
        min-width: 160px;
      }
      tr.entry {
        cursor: pointer;
      }
      tr.entry:hover td {
        background: var(--track);
      }
      tr.inside > td {
        padding: 0 10px 12px;
        background: color-mix(in srgb, var(--track) 45%, transparent);
      }
      .opens {
        min-height: 32px;
        padding: 0;
        font-weight: inherit;
        color: var(--loud);
        text-decoration: underline dotted var(--quiet);
        text-underline-offset: 4px;
        border-radius: 4px;
      }
      summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
      summary .quiet {
        display: block;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),window.clearTimeout(this.timer),this.timer=void 0}willUpdate(C){if(C.has("group")){let{phases:H,chargers:e,circuits:r}=this.group;this.names=JSON.stringify([H,e.map(({id:i,name:M,connectors:o})=>[i,M,o.length]),r.map(({id:i,name:M})=>[i,M])])}if(C.has("entryId")||C.has("charger")||C.has("most")||C.has("calculations"))this.load();else if(C.has("group")&&this.live&&this.timer===void 0){let H=Math.max(0,this.loadedAt+Q7-performance.now());this.timer=window.setTimeout(()=>{this.timer=void 0,this.load()},H)}}render(){let{hass:C}=this;return a`
      ${this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:n}
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${t(C,"happened.title")}</h2>
        <p class="quiet">${t(C,"happened.help")}</p>
        <elm-happened
          .hass=${C}
          .group=${this.group}
          .entryId=${this.entryId}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
      <section class="card" aria-labelledby="safe-limit">
        <h2 id="safe-limit">${t(C,"log.safe_limit")}</h2>
        <p class="quiet">${t(C,"log.safe_limit_help")}</p>
        ${this.safeLimit()}
      </section>
      ${this.group.signals?a`<section class="card" aria-labelledby="signals">
            <div class="title">
              <h2 id="signals">${t(C,"log.signals")}</h2>
              ${this.signals?.length&&C.user?.is_admin?a`<button class="tonal" @click=${this.download}>
                    <span class="small">${c(T1)}</span> ${t(C,"log.signals_download")}
                  </button>`:n}
            </div>
            <p class="quiet">${t(C,"log.signals_help")}</p>
            ${this.signalled(this.signals)}
          </section>`:n}
      <details
        class="card"
        @toggle=${H=>{this.calculations=H.target.open}}
      >
        <summary>
          <h2 id="recalculations">${t(C,"log.recalculations")}</h2>
          <span class="quiet">${t(C,"log.recalculations_help")}</span>
        </summary>
        ${this.calculations?this.calculated():n}
      </details>
    `}calculated(){let{hass:C}=this;return a`
        <div class="tools">
          <label>
            <span class="quiet">${t(C,"log.charger")}</span>
            <select
              @change=${H=>{this.charger=H.target.value,this.most=f0}}
            >
              <option value="">${t(C,"log.all_chargers")}</option>
              ${this.group.chargers.map(H=>a`<option value=${H.id} ?selected=${H.id===this.charger}>
                    ${H.name}
                  </option>`)}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              role="switch"
              .checked=${this.live}
              @change=${H=>{this.live=H.target.checked}}
            />
            ${t(C,"log.live")}
          </label>
          <button @click=${this.load}>
            <span class="small">${c(J5)}</span> ${t(C,"log.reload")}
          </button>
        </div>
      ${this.recalculations()}
    `}safeLimit(){let{hass:C,periods:H}=this;return this.group.settings.safe_limit===void 0&&!H?.length?a`<p>${t(C,"log.safe_limit_no_meter")}</p>`:H?H.length?a`<div class="scroll" tabindex="0" role="group" aria-labelledby="safe-limit">
      <table>
        <thead>
          <tr>
            <th>${t(C,"log.start")}</th>
            <th>${t(C,"log.end")}</th>
            <th class="end">${t(C,"log.duration")}</th>
            <th>${t(C,"log.cause")}</th>
            <th class="end">${t(C,"log.limit")}</th>
          </tr>
        </thead>
        <tbody>
          ${H.map(e=>a`<tr>
                <td>${$(C,new Date(e.start),!0)}</td>
                <td>
                  ${e.end?$(C,new Date(e.end),!0):a`<span class="chip bad">${t(C,"log.lasts")}</span>`}
                </td>
                <td class="end">
                  ${e.end?U(C,(Date.parse(e.end)-Date.parse(e.start))/1e3):n}
                </td>
                <td class="wrap">
                  ${e.feeder?a`${e.feeder}: `:n}${t(C,`${e.end?"cause":"now_cause"}.${e.cause}`)}
                </td>
                <td class="end numbers">${_(C,e.limit)}</td>
              </tr>`)}
        </tbody>
      </table>
    </div>`:a`<p>${t(C,"log.safe_limit_never")}</p>`:a`<p class="quiet">${t(C,"loading")}</p>`}signalled(C){let{hass:H}=this;if(!C)return a`<p class="quiet">${t(H,"loading")}</p>`;if(!C.length)return a`<p>${t(H,"log.signals_never")}</p>`;let e=r=>r===null?"–":`${b(H,r,2)} kW`;return a`<div class="scroll" tabindex="0" role="group" aria-labelledby="signals">
      <table>
        <thead>
          <tr>
            <th>${t(H,"log.start")}</th>
            <th>${t(H,"log.end")}</th>
            <th>${t(H,"log.signals_who")}</th>
            <th>${t(H,"log.signals_where")}</th>
            <th class="end">${t(H,"log.limit")}</th>
            <th class="end">${t(H,"log.signals_before")}</th>
            <th class="end">${t(H,"log.signals_kept")}</th>
            <th class="end">${t(H,"log.signals_highest")}</th>
          </tr>
        </thead>
        <tbody>
          ${C.map(r=>a`<tr>
                <td>${$(H,new Date(r.start),!0)}</td>
                <td>
                  ${r.end?$(H,new Date(r.end),!0):a`<span class="chip warn">${t(H,"log.lasts")}</span>`}
                </td>
                <td class="wrap">${D2(H,r)}</td>
                <td>${E2(H,this.group,r)}</td>
                <td class="end numbers">${e(r.limit)}</td>
                <td class="end numbers">${e(r.before)}</td>
                <td class="end numbers">
                  ${r.obeyed_after===null?t(H,r.end?"log.signals_not_seen":"log.signals_not_yet"):U(H,r.obeyed_after)}
                </td>
                <td class="end numbers">${e(r.highest)}</td>
              </tr>`)}
        </tbody>
      </table>
    </div>`}recalculations(){let{hass:C,rows:H}=this;if(!H)return a`<p class="quiet">${t(C,"loading")}</p>`;if(!H.length)return a`<p>${t(C,"log.recalculations_never")}</p>`;let e=H.some(r=>r.meter);return a`<div class="scroll" tabindex="0" role="group" aria-labelledby="recalculations">
        <table>
          <thead>
            <tr>
              <th>${t(C,"log.time")}</th>
              <th>${t(C,"log.result")}</th>
              <th>${t(C,"log.trigger")}</th>
              <th>${t(C,"log.mode")}</th>
              <th class="end">${t(C,"log.limit")}</th>
              ${e?a`<th>${t(C,"log.meter")}</th>
                    <th>${t(C,"log.other_load")}</th>
                    <th>${t(C,"log.available")}</th>`:n}
            </tr>
          </thead>
          <tbody>
            ${Z5([H,this.opened,this.names,C.locale,C.localize],()=>y2(H,r=>r.time,r=>Z5([q7(r),this.opened.has(r.time),e,this.names,C.locale,C.localize],()=>this.row(r,e))))}
          </tbody>
        </table>
      </div>
      ${H.length>=this.most&&this.most<k0?a`<button
            class="more tonal"
            @click=${()=>{this.most=Math.min(k0,this.most*4)}}
          >
            ${t(C,"log.more")}
          </button>`:n}`}row(C,H){let{hass:e}=this,r=J7(e,new Date(C.time),new Date(this.wallClock())),i=this.opened.has(C.time),M=C.connectors.filter(o=>o.limit>0);return a`<tr class="entry" @click=${()=>this.toggle(C.time)}>
        <td class="numbers">
          <button
            class="opens"
            aria-expanded=${i}
            aria-label=${t(e,"log.details",{time:r})}
          >
            ${r}
          </button>
        </td>
        <td class="wrap numbers">
          ${M.length?M.map(o=>`${this.outlet(o)}: ${b(e,o.limit)}`).join(" · "):"–"}
        </td>
        <td class="wrap">${C.trigger.split(", ").map(o=>t(e,`log.triggers.${o}`)).join(", ")}</td>
        <td>${t(e,`log.modes.${C.mode}`)}</td>
        <td class="end numbers">${_(e,C.settings.maximum_current)}</td>
        ${H?a`<td class="numbers">${this.three(C.meter)}</td>
              <td class="numbers">${this.three(C.other_load)}</td>
              <td class="numbers">${this.three(C.available)}</td>`:n}
      </tr>
      ${i?a`<tr class="inside">
            <td colspan=${H?8:5}>${this.inside(C)}</td>
          </tr>`:n}`}inside(C){let{hass:H}=this;return a`<table>
      <thead>
        <tr>
          <th>${t(H,"log.outlet")}</th>
          <th>${t(H,"log.status")}</th>
          <th>${t(H,"log.measured")}</th>
          <th class="end">${t(H,"log.offered")}</th>
          <th class="end">${t(H,"log.new_limit")}</th>
          <th class="end">${t(H,"log.share")}</th>
          <th>${t(H,"log.reason")}</th>
        </tr>
      </thead>
      <tbody>
        ${C.connectors.map(e=>{let r=this.group.circuits.find(M=>M.id===e.circuit),i=[r&&I(H,r),e.phase].filter(Boolean);return a`<tr>
            <td>${this.outlet(e)}</td>
            <td>${e.status==="unknown"?"–":d1(H,"status",e.status)}</td>
            <td class="numbers">${this.three(e.measured)}</td>
            <td class="end numbers">${e.offered===null?"–":b(H,e.offered)}</td>
            <td class="end numbers">${b(H,e.limit)}</td>
            <td class="end numbers">${b(H,e.target)}</td>
            <td class="wrap">
              ${d1(H,"reason",e.reason)}${i.length?a` <span class="quiet">(${i.join(" ")})</span>`:n}
            </td>
          </tr>`})}
      </tbody>
    </table>
    ${C.feeders.length?this.feeders(C):n}`}feeders(C){let{hass:H}=this;return a`<table>
      <thead>
        <tr>
          <th>${t(H,"circuit.feeder")}</th>
          <th>${t(H,"log.mode")}</th>
          <th>${t(H,"log.meter")}</th>
          <th>${t(H,"log.other_load")}</th>
          <th>${t(H,"log.available")}</th>
        </tr>
      </thead>
      <tbody>
        ${C.feeders.map(e=>{let r=this.group.circuits.find(i=>i.id===e.circuit);return a`<tr>
            <td>${r?I(H,r):"–"}</td>
            <td>${t(H,`log.modes.${e.mode}`)}</td>
            <td class="numbers">${this.three(e.meter)}</td>
            <td class="numbers">${this.three(e.other_load)}</td>
            <td class="numbers">${this.three(e.available)}</td>
          </tr>`})}
      </tbody>
    </table>`}outlet(C){let H=this.group.chargers.find(({id:e})=>e===C.charger);return H?H.connectors.length>1?t(this.hass,"outlet",{charger:H.name,number:C.connector}):H.name:`${C.charger}/${C.connector}`}three(C){return C?this.group.phases.map((H,e)=>b(this.hass,C[e])).join(" / "):"–"}toggle(C){let H=new Set(this.opened);H.delete(C)||H.add(C),this.opened=H}};s([A({attribute:!1,hasChanged:w})],F.prototype,"hass",2),s([A({attribute:!1})],F.prototype,"group",2),s([A()],F.prototype,"entryId",2),s([A({attribute:!1})],F.prototype,"wallClock",2),s([u()],F.prototype,"calculations",2),s([u()],F.prototype,"periods",2),s([u()],F.prototype,"signals",2),s([u()],F.prototype,"rows",2),s([u()],F.prototype,"charger",2),s([u()],F.prototype,"live",2),s([u()],F.prototype,"most",2),s([u()],F.prototype,"opened",2),s([u()],F.prototype,"error",2);var q7=L=>L.connectors.map(({charger:V,connector:C})=>`${V}/${C}`).join(),J7=(L,V,C)=>V.toDateString()===C.toDateString()?j1(L,V,!0):$(L,V,!0);f("elm-log",F);var e1=class extends h{constructor(){super(...arguments);this.entryId="";this.key="";this.now=()=>0;this.wallClock=Date.now;this.copied=!1;this.at=0;this.copy=async()=>{try{navigator.clipboard?await navigator.clipboard.writeText(window.location.href):X7(window.location.href)}catch{return}this.copied=!0,window.setTimeout(()=>this.copied=!1,3e3)}}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        max-width: 720px;
        margin: 0 auto;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      section h2 {
        margin-bottom: 8px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>this.at+=1,1e3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}render(){let{hass:C,group:H,entryId:e}=this,r=_1(C,H).find(({key:M})=>M===this.key),i=a`<a class="button" href="${Q}/now/${e}"
      ><span class="small">${c(_5)}</span> ${t(C,"one_outlet.all")}</a
    >`;return r?a`
      <div class="top">${i} ${this.link()}</div>
      <elm-outlet
        alone
        .hass=${C}
        .group=${H}
        .outlet=${r}
        .entryId=${e}
        .now=${this.now}
        .at=${this.at}
      ></elm-outlet>
      <section class="card" aria-labelledby="fed">
        <h2 id="fed">${t(C,"one_outlet.fed_by")}</h2>
        <elm-circuits
          .hass=${C}
          .group=${H}
          .only=${X1(H,r.connector).map(({id:M})=>M)}
        ></elm-circuits>
      </section>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${t(C,"happened.title")}</h2>
        <elm-happened
          .hass=${C}
          .group=${H}
          .entryId=${e}
          .outlet=${this.key}
          .wallClock=${this.wallClock}
        ></elm-happened>
      </section>
    `:K(P1,t(C,"no_outlet.title"),t(C,"no_outlet.text"),i)}link(){let C=t(this.hass,this.copied?"one_outlet.copied":"one_outlet.copy");return a`<button @click=${this.copy}>
        <span class="small">${c(this.copied?$5:N5)}</span> ${C}
      </button>
      <span class="sr" role="status">${this.copied?C:""}</span>`}};s([A({attribute:!1,hasChanged:w})],e1.prototype,"hass",2),s([A({attribute:!1})],e1.prototype,"group",2),s([A()],e1.prototype,"entryId",2),s([A()],e1.prototype,"key",2),s([A({attribute:!1})],e1.prototype,"now",2),s([A({attribute:!1})],e1.prototype,"wallClock",2),s([u()],e1.prototype,"copied",2),s([u()],e1.prototype,"at",2);function X7(L){let V=document.createElement("textarea");V.value=L,document.body.append(V),V.select(),document.execCommand("copy"),V.remove()}f("elm-outlet-view",e1);var R=(L,V,C={})=>L.callWS({type:`${S}/sessions/${V}`,...C}),S5=(L,V,C)=>a5(L,`${V}?${new URLSearchParams(C)}`),Y7=(L,V)=>L.localize(`component.${S}.common.flag_${V}`)||V.replaceAll("_"," "),C4=new Set(["edited","void","told_late","other_card","session_relative","estimated"]);function q2(L,V){return V.flags.length?a`${V.flags.map(C=>a`<span class="chip ${C4.has(C)?"":"warn"}">${Y7(L,C)}</span> `)}`:V.end===null?a`<span class="chip accent">${t(L,"sessions.running")}</span>`:a`<span class="chip good">${t(L,"sessions.complete")}</span>`}var H4=["charging","waiting","paused","car","idle"],f5={charging:"var(--good)",waiting:"var(--warn)",paused:"var(--bad)",car:"var(--accent)",idle:"var(--other)"},e4=["person","wh","start","end","note","void","split","merge"],[b0,J2,k5]=[800,140,14],X=class extends h{constructor(){super(...arguments);this.entryId="";this.uid="";this.persons=[];this.lines=[];this.error="";this.refused="";this.field="person";this.busy=!1}static{this.styles=[k,g`
      dialog {
        width: min(900px, calc(100vw - 16px));
        max-width: none;
        max-height: calc(100dvh - 16px);
        overflow: auto;
        border: 0;
        border-radius: var(--radius);
        padding: 16px;
        color: var(--loud);
        background: var(--ha-card-background, var(--card-background-color, #fff));
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.45);
      }
      header {
        display: flex;
        align-items: start;
        gap: 8px;
      }
      header h2 {
        flex: 1;
        overflow-wrap: anywhere;
      }
      section {
        padding-top: 16px;
      }
      dl {
        display: grid;
        grid-template-columns: fit-content(45%) minmax(0, 1fr);
        gap: 4px 16px;
      }
      dt {
        color: var(--quiet);
      }
      dd {
        overflow-wrap: anywhere;
      }
      svg {
        display: block;
        width: 100%;
        height: ${J2}px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
      }
      .legend i {
        display: inline-block;
        width: 12px;
        height: 12px;
        border-radius: 50%;
        margin-inline-end: 6px;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 190px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-top: 8px;
      }
      form label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      form input,
      form select {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      .error {
        color: var(--bad-words);
      }
      .why {
        overflow-wrap: anywhere;
      }
      .axis {
        display: flex;
        justify-content: space-between;
        font-size: var(--ha-font-size-s, 12px);
      }
    `]}willUpdate(C){C.has("uid")&&(this.refused="",this.details=void 0,this.lines=[],this.load())}updated(){let C=this.renderRoot.querySelector("dialog");C&&!C.open&&C.showModal()}async load(){let{uid:C}=this;try{let H=await R(this.hass,"details",{uid:C});if(C!==this.uid)return;this.details=H,this.error=""}catch(H){this.error=y(this.hass,H);return}this.lines=await this.current(this.details).catch(()=>[])}async current(C){if(!Y1(this.hass)||!this.entryId)return[];let{connectors:H}=await x2(this.hass,this.entryId),e=H[`${C.charger}/${C.connector}`]??{},r=[1,2,3].flatMap(d=>{let v=e[`current_l${d}`];return v?[{entity:v,phase:d}]:[]}),[i,M]=this.times(C),o=await U2(this.hass,r.map(({entity:d})=>d),[],i*1e3,M*1e3);return r.flatMap(({entity:d,phase:v},l)=>{let m=o[d]??[];return m.some(([,p])=>p)?[{id:d,name:`L${v}`,color:P2(l),points:m}]:[]})}times(C){let H=Math.max(C.start_ts+60,(C.quarters.at(-1)?.[0]??0)+900,C.spans.at(-1)?.[0]??0);return[C.start_ts,Math.max(C.end_ts??H,C.start_ts+60)]}render(){let{hass:C,details:H}=this;return a`<dialog
      aria-labelledby="title"
      @close=${()=>this.dispatchEvent(new CustomEvent("closed"))}
    >
      <header>
        <h2 id="title">
          ${H?`${H.place}, ${q(C,H.start_ts,H.zone,!0)}`:t(C,"loading")}
        </h2>
        <button
          aria-label=${t(C,"sessions.close")}
          @click=${()=>this.renderRoot.querySelector("dialog")?.close()}
        >
          ${c(B5)}
        </button>
      </header>
      ${this.error?a`<p class="error" role="alert">${this.error}</p>`:n}
      ${H?this.content(H):n}
    </dialog>`}content(C){let{hass:H}=this,[e,r]=this.times(C);return a`
      <p>${q2(H,{end:C.end_ts,flags:C.flags})}</p>
      <section>${this.facts(C)}</section>
      ${this.lines.length?a`<section>
            <h3>${t(H,"sessions.current")}</h3>
            <elm-chart
              .hass=${H}
              .lines=${this.lines}
              .from=${e*1e3}
              .to=${r*1e3}
              label=${t(H,"sessions.current")}
            ></elm-chart>
          </section>`:n}
      <section>
        <h3>${t(H,"sessions.power")}</h3>
        ${this.curve(C)}
      </section>
      ${C.spans.length?this.reasons(C):n}
      ${C.revisions.length?this.revisions(C):n}
      ${C.may_correct?this.correction(C):n}
    `}facts(C){let{hass:H}=this,e=i=>i===null?"–":`${b(H,i/1e3,3)} kWh`,r=(i,M)=>M===null||M===""||M===void 0?n:a`<dt>${t(H,`sessions.${i}`)}</dt>
            <dd>${M}</dd>`;return a`<dl>
      ${r("driver",C.person_name)} ${r("card",C.tag)}
      ${r("stop_card",C.stop_tag)}
      ${r("start",q(H,C.start_ts,C.zone,!0))}
      ${r("end",C.end_ts===null?t(H,"sessions.running"):q(H,C.end_ts,C.zone,!0))}
      ${r("energy",C.eff_wh===null?t(H,"sessions.not_known"):e(C.eff_wh))}
      ${C.eff_wh!==C.wh?r("told_energy",e(C.wh)):n}
      ${r("cost",C.cost===null||C.currency===null?null:$2(H,C.cost,C.currency))}
      ${r("meter_start",C.told_wh_start===null?null:e(C.told_wh_start))}
      ${r("meter_stop",C.told_wh_stop===null?null:e(C.told_wh_stop))}
      ${r("told_start",C.told_start)} ${r("told_stop",C.told_stop)}
      ${r("reason",C.reason)}
      ${r("highest_current",C.max_ma?j(H,C.max_ma/1e3):null)}
      ${r("highest_power",C.max_w?O(H,C.max_w):null)}
      ${r("phases",C.phases)} ${r("note",C.note)}
      ${r("evidence",C.evidence||null)}
    </dl>`}curve(C){let{hass:H}=this,[e,r]=this.times(C),i=l=>(Math.min(Math.max(l,e),r)-e)/(r-e)*b0,M=C.quarters.map(([l,m,p])=>{let[x,Z]=[Math.max(l,e),Math.min(l+900,r)];return{begin:x,end:Z,estimated:p,power:Z>x?m*3600/(Z-x):0}}),o=Math.max(1e3,...M.map(({power:l})=>l)),d=J2-k5-6,v=l=>C.spans[l+1]?.[0]??r;return a`<svg viewBox="0 0 ${b0} ${J2}" preserveAspectRatio="none" aria-hidden="true">
        ${M.map(({begin:l,end:m,estimated:p,power:x})=>z`<rect x=${i(l)} y=${d*(1-x/o)}
            width=${Math.max(1,i(m)-i(l)-1)} height=${d*x/o}
            fill="var(--accent)" opacity=${p?.45:.9}></rect>`)}
        ${C.spans.map(([l,m],p)=>z`<rect x=${i(l)} y=${J2-k5} height=${k5}
            width=${Math.max(0,i(v(p))-i(l))} fill=${f5[X2(m)]??f5.idle}></rect>`)}
      </svg>
      <div class="axis quiet numbers">
        <span>${q(H,e,C.zone)}</span>
        <span>${t(H,"sessions.highest_mean",{power:O(H,o)})}</span>
        <span>${q(H,r,C.zone)}</span>
      </div>
      <div class="legend">
        ${H4.filter(l=>C.spans.some(([,m])=>X2(m)===l)).map(l=>a`<span
              ><i style="background:${f5[l]}"></i>${t(H,`sessions.kind.${l}`)}
              ${U(H,V4(C,l))}</span
            >`)}
        ${M.some(({estimated:l})=>l)?a`<span class="quiet">${t(H,"sessions.pale")}</span>`:n}
      </div>`}reasons(C){let{hass:H}=this;return a`<section>
      <details>
        <summary>${t(H,"sessions.reasons")}</summary>
        <div class="scroll" tabindex="0" role="group" aria-label=${t(H,"sessions.reasons")}>
          <table>
            <tbody>
              ${C.spans.map(([e,r])=>{let i=r.split(":")[1]??"";return a`<tr>
                  <td class="numbers">${q(H,e,C.zone)}</td>
                  <td>${t(H,`sessions.kind.${X2(r)}`)}</td>
                  <td>${i?d1(H,"reason",i):n}</td>
                </tr>`})}
            </tbody>
          </table>
        </div>
      </details>
    </section>`}revisions(C){let{hass:H}=this;return a`<section>
      <h3>${t(H,"sessions.revisions")}</h3>
      <ul>
        ${C.revisions.map(({at:e,user:r,field:i,old:M,new:o,why:d})=>a`<li class="why">
              ${q(H,e,C.zone,!0)}
              ${r?a`<strong>${r}</strong>`:n}
              ${i==="split"||i==="merge"?t(H,`sessions.revised_${i}`):t(H,"sessions.revised",{field:t(H,`sessions.field.${i}`),old:this.told(i,M,C),now:o===null?t(H,"sessions.taken_back"):this.told(i,o,C)})}:
              ${d}
            </li>`)}
      </ul>
    </section>`}told(C,H,e){let{hass:r}=this;if(H===null||H==="")return"–";switch(C){case"wh":return`${b(r,Number(H)/1e3,3)} kWh`;case"person":return this.persons.find(({id:i})=>String(i)===H)?.name??`#${H}`;case"start":case"end":return q(r,Number(H),e.zone,!0);case"void":return t(r,H==="1"?"sessions.yes":"sessions.no");default:return H}}correction(C){let{hass:H}=this;return a`<section>
      <details>
        <summary>${t(H,"sessions.correct")}</summary>
        <p class="quiet">${t(H,"sessions.correct_help")}</p>
        <form
          @submit=${e=>{e.preventDefault(),this.correct(e.target,C)}}
        >
          <label
            >${t(H,"sessions.what")}
            <select
              name="field"
              @change=${e=>{this.field=e.target.value}}
            >
              ${e4.filter(e=>e!=="merge"||this.couldMerge(C)).map(e=>a`<option value=${e} ?selected=${e===this.field}>
                    ${t(H,e==="merge"?"sessions.merge_with":`sessions.field.${e}`)}
                  </option>`)}
            </select>
          </label>
          <label>${t(H,"sessions.value")} ${this.value(C)}</label>
          <label
            >${t(H,"sessions.why")}
            <input name="why" type="text" required maxlength="500" />
          </label>
          <button class="filled" ?disabled=${this.busy||!H.connected}>
            ${t(H,"sessions.save")}
          </button>
        </form>
        ${this.refused?a`<p class="error" role="alert">${this.refused}</p>`:n}
      </details>
    </section>`}couldMerge(C){return C.end_ts!==null&&!C.flags.includes("void")&&C.neighbours.length>0}value(C){let{hass:H}=this;switch(this.field){case"person":return a`<select name="value">
          <option value="">${t(H,"sessions.by_card")}</option>
          ${this.persons.map(({id:e,name:r})=>a`<option value=${e} ?selected=${e===C.person_id}>${r}</option>`)}
        </select>`;case"void":return a`<select name="value">
          ${["1","0"].map(e=>a`<option value=${e} ?selected=${C.flags.includes("void")===(e==="0")}>
                ${t(H,e==="1"?"sessions.yes":"sessions.no")}
              </option>`)}
        </select>`;case"wh":return a`<input
          name="value"
          type="number"
          min="0"
          max="100000"
          step="0.001"
          .value=${C.eff_wh===null?"":String(C.eff_wh/1e3)}
        />`;case"start":case"end":case"split":{let e=this.field==="start"?C.start_ts:this.field==="end"?C.end_ts:null;return a`<input
          name="value"
          type="datetime-local"
          step="1"
          required
          .value=${e===null?"":A5(e,C.zone)}
        />`}case"merge":return a`<select name="value" required>
          ${C.neighbours.map(({uid:e,start:r,end:i,wh:M})=>a`<option value=${e}>
                ${q(H,r,C.zone)} – ${q(H,i,C.zone)}${M===null?n:a`, ${b(H,M/1e3,2)}\u00a0kWh`}
              </option>`)}
        </select>`;case"note":return a`<input name="value" type="text" maxlength="500" .value=${C.note??""} />`}}async correct(C,H){let e=new FormData(C),r=String(e.get("value")??""),{field:i}=this,M=i==="start"||i==="end"||i==="split"?q1(r,H.zone):r===""?null:i==="note"||i==="merge"?r:i==="wh"?Math.round(Number(r)*1e3):Number(r);if(M!==void 0){this.busy=!0;try{let o=String(e.get("why")),d={uid:H.uid,why:o};i==="split"?await R(this.hass,"split",{...d,at:M}):i==="merge"?await R(this.hass,"merge",{...d,other:M}):await R(this.hass,"correct",{...d,field:i,value:M}),C.reset(),this.field="person",this.refused="",this.dispatchEvent(new CustomEvent("corrected"));let[v]=i==="merge"?H.neighbours.filter(({uid:l})=>l===M):[];v&&v.start<H.start_ts?this.dispatchEvent(new CustomEvent("show",{detail:v.uid})):await this.load()}catch(o){this.refused=y(this.hass,o),await this.updateComplete,this.renderRoot.querySelector("form + [role=alert]")?.scrollIntoView({block:"nearest"})}finally{this.busy=!1}}}};s([A({attribute:!1,hasChanged:w})],X.prototype,"hass",2),s([A()],X.prototype,"entryId",2),s([A()],X.prototype,"uid",2),s([A({attribute:!1})],X.prototype,"persons",2),s([u()],X.prototype,"details",2),s([u()],X.prototype,"lines",2),s([u()],X.prototype,"error",2),s([u()],X.prototype,"refused",2),s([u()],X.prototype,"field",2),s([u()],X.prototype,"busy",2);var X2=L=>L.split(":")[0],V4=(L,V)=>Object.entries(L.seconds).reduce((C,[H,e])=>C+(X2(H)===V?e:0),0);f("elm-session-details",X);var A1=class extends h{constructor(){super(...arguments);this.error="";this.busy=!1;this.entity=!1}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 160px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-block: 12px;
        min-width: 0;
      }
      .one {
        border-top: 1px solid var(--line);
      }
      label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 44px;
        font-size: inherit;
        color: inherit;
      }
      input:not([type="checkbox"]),
      select,
      textarea {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      textarea {
        font: inherit;
        color: var(--loud);
        background: var(--ha-color-form-background, var(--track));
        border: 0;
        border-bottom: 1px solid var(--quiet);
        border-radius: 4px 4px 0 0;
        padding: 8px 12px;
        resize: vertical;
      }
      .whole {
        grid-column: 1 / -1;
      }
      form button {
        justify-self: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .cards {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .cards li {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        max-width: 100%;
        overflow-wrap: anywhere;
      }
      .over {
        text-decoration: line-through;
      }
      .error {
        color: var(--bad-words);
      }
      details summary {
        cursor: pointer;
        min-height: 40px;
        display: flex;
        align-items: center;
      }
    `]}firstUpdated(){this.load()}async load(){try{this.kept=await R(this.hass,"kept")}catch(C){this.error=y(this.hass,C)}}async change(C,H){this.busy=!0,this.error="";try{return await R(this.hass,C,H),!0}catch(e){return this.error=y(this.hass,e),!1}finally{this.busy=!1,await this.load()}}form(C,H,e,r=!1){return a`<form
      aria-label=${C}
      @submit=${async i=>{i.preventDefault();let M=i.target,o=Object.fromEntries([...new FormData(M)].map(([d,v])=>[d,String(v)]));await e(o)&&r&&M.reset()}}
    >
      ${H}
    </form>`}field(C,H,e,r={}){return a`<label
      >${t(this.hass,`sessions.keep.${C}`)}
      <input
        name=${H}
        type=${r.type??"text"}
        ?required=${r.required}
        maxlength=${r.most??100}
        step=${r.step??n}
        min=${r.type==="number"?r.step==="any"?n:0:n}
        max=${r.max??n}
        .value=${e==null?"":String(e)}
      />
    </label>`}select(C,H,e,r){return a`<label
      >${t(this.hass,`sessions.keep.${C}`)}
      <select name=${H}>
        ${r.map(([i,M])=>a`<option value=${i} ?selected=${i===e}>${M}</option>`)}
      </select>
    </label>`}submit(C){return a`<button class="tonal" ?disabled=${this.busy||!this.hass.connected}>
      ${t(this.hass,`sessions.keep.${C}`)}
    </button>`}render(){let{hass:C,kept:H}=this;return H?a`
      ${this.error?a`<div class="alert bad" role="alert">${this.error}</div>`:n}
      <section class="card" aria-labelledby="drivers">
        <h2 id="drivers">${t(C,"sessions.keep.drivers")}</h2>
        <p class="quiet">${t(C,"sessions.keep.drivers_help")}</p>
        ${H.persons.map(e=>this.person(e,H))}
        <div class="one">${this.newPerson()}</div>
        ${H.learned.length?a`<p class="quiet">
              ${t(C,"sessions.keep.learned",{cards:H.learned.map(({tag:e,sessions:r})=>`${e} (${r})`).join(", ")})}
            </p>`:n}
      </section>
      <section class="card" aria-labelledby="prices">
        <h2 id="prices">${t(C,"sessions.keep.prices")}</h2>
        <p class="quiet">${t(C,"sessions.keep.prices_help")}</p>
        ${H.tariffs.map(e=>this.tariff(e,H))} ${this.newTariff(H)}
      </section>
      <section class="card" aria-labelledby="places">
        <h2 id="places">${t(C,"sessions.keep.places")}</h2>
        <p class="quiet">${t(C,"sessions.keep.places_help")}</p>
        ${H.places.map(e=>this.place(e,H))}
      </section>
      <section class="card" aria-labelledby="book">
        <h2 id="book">${t(C,"sessions.keep.book")}</h2>
        ${this.settings(H)}
      </section>
    `:this.error?a`<p class="error" role="alert">${this.error}</p>`:a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`}newPerson(){return this.form(t(this.hass,"sessions.keep.add_driver"),a`${this.field("name","name","",{required:!0})}
      ${this.select("person_kind","kind","driver",[["driver",t(this.hass,"sessions.keep.a_driver")],["group",t(this.hass,"sessions.keep.a_group")]])}
      ${this.submit("add_driver")}`,({name:C,kind:H})=>this.change("change_person",{name:C,kind:H}),!0)}group(C,H){let e=H.persons.filter(({kind:r,id:i})=>r==="group"&&i!==C.id);return C.kind==="group"||!e.length?n:this.select("group","group",String(C.group_id??""),[["","–"],...e.map(({id:r,name:i})=>[String(r),i])])}person(C,H){let{hass:e}=this;return a`<details class="one">
      <summary>
        ${C.name}
        <span class="quiet"
          >&nbsp;${C.budget_wh===null?G(e,C.used_wh):t(e,"sessions.keep.used",{used:G(e,C.used_wh),budget:G(e,C.budget_wh)})}</span
        >
      </summary>
      ${this.form(C.name,a`${this.field("name","name",C.name,{required:!0})}
        ${this.select("user","ha_user_id",C.ha_user_id??"",[["","–"],...H.users.map(({id:r,name:i})=>[r,i])])}
        ${this.field("budget","budget",C.budget_wh===null?"":C.budget_wh/1e3,{type:"number",step:"1"})}
        ${this.select("over_budget","over_budget",C.over_budget,[["warn",t(e,"sessions.keep.warn")],["refuse",t(e,"sessions.keep.refuse")]])}
        ${this.group(C,H)} ${this.field("ref","ref",C.ref)}
        ${this.submit("save")}`,({name:r,ha_user_id:i,budget:M,over_budget:o,ref:d,group:v})=>this.change("change_person",{person:C.id,name:r,kind:C.kind,ha_user_id:i||null,budget_wh:M?Math.round(Number(M)*1e3):null,over_budget:o,ref:d,...v===void 0?{}:{group:v?Number(v):null}}))}
      <ul class="cards">
        ${C.cards.map(r=>this.card(r,C))}
      </ul>
      ${this.form(`${t(e,"sessions.keep.add_card")}: ${C.name}`,a`<label
            >${t(e,"sessions.keep.tag")}
            <input name="tag" type="text" required maxlength="36" list="learned" />
            <datalist id="learned">
              ${H.learned.map(({tag:r})=>a`<option value=${r}></option>`)}
            </datalist>
          </label>
          ${this.field("label","label","")} ${this.field("vehicle","vehicle","")}
          ${this.field("from","from","",{type:"date"})}
          ${this.field("to","to","",{type:"date"})} ${this.submit("add_card")}`,({tag:r,label:i,vehicle:M,from:o,to:d})=>this.change("give_card",{person:C.id,tag:r,label:i,vehicle:M,...o?{from_ts:w0(o,e.config.time_zone)}:{},...d?{to_ts:w0(d,e.config.time_zone,1)}:{}}),!0)}
      <div class="actions">
        ${this.forgetting===C.id?a`<span>${t(e,"sessions.keep.forget_sure",{name:C.name})}</span>
              <button
                class="filled"
                ?disabled=${this.busy}
                @click=${()=>this.change("forget_person",{person:C.id})}
              >
                ${t(e,"sessions.keep.forget_yes")}
              </button>
              <button
                @click=${()=>{this.forgetting=void 0}}
              >
                ${t(e,"sessions.keep.cancel")}
              </button>`:a`<button
              @click=${()=>{this.forgetting=C.id}}
            >
              ${t(e,"sessions.keep.forget")}
            </button>`}
      </div>
    </details>`}when(C,H){let{hass:e}=this;return new Intl.DateTimeFormat(e.locale.language,{...H,timeZone:e.config.time_zone}).format(C*1e3)}card(C,H){let{hass:e}=this,r=M=>this.when(M,{dateStyle:"medium"}),i=C.to_ts!==null&&C.to_ts*1e3<=Date.now();return a`<li class="chip ${i?"over":""}">
      ${[C.tag,C.label,C.vehicle].filter(M=>M).join(" · ")}
      ${C.from_ts>0||C.to_ts!==null?a`<span class="quiet"
            >${C.from_ts>0?r(C.from_ts):""} –
            ${C.to_ts===null?"":r(C.to_ts-1)}</span
          >`:n}
      ${i?n:a`<button
            aria-label=${t(e,"sessions.keep.take_card",{tag:C.tag,name:H.name})}
            ?disabled=${this.busy}
            @click=${()=>this.change("take_card",{use:C.id})}
          >
            <span class="small">${c(M1)}</span>
          </button>`}
    </li>`}whom(C,H){let{hass:e}=this,r=C.applies==="person"?H.persons:H.places;return C.applies==="all"?t(e,"sessions.keep.for_all"):r.find(({id:i})=>i===C.applies_to)?.name??`#${C.applies_to}`}tariff(C,H){let{hass:e}=this,r=o=>o?this.when(o,{dateStyle:"medium",timeStyle:"short"}):"",i=[C.price!==null?t(e,"sessions.keep.per_kwh",{price:this.price(C.price,C.currency)}):`${C.entity_id}${C.add?` + ${this.price(C.add,C.currency)}`:""}`,C.per_session?t(e,"sessions.keep.a_session",{price:this.price(C.per_session,C.currency)}):"",C.per_hour?t(e,"sessions.keep.an_hour",{price:this.price(C.per_hour,C.currency)}):"",C.tax===null?"":t(e,C.net?"sessions.keep.plus_tax":"sessions.keep.with_tax",{tax:b(e,C.tax,C.tax%1?1:0)})].filter(o=>o),M=C.to_ts!==null&&C.to_ts*1e3<=Date.now();return a`<div class="row one ${M?"over":""}">
      <span class="grow">
        <strong>${this.whom(C,H)}</strong> ${i.join(", ")}
        <span class="quiet">${r(C.from_ts)} – ${r(C.to_ts)}</span>
      </span>
      ${M?n:a`<button
            ?disabled=${this.busy}
            aria-label=${t(e,"sessions.keep.end_price",{name:this.whom(C,H)})}
            @click=${()=>this.change("end_tariff",{tariff:C.id})}
          >
            <span class="small">${c(M1)}</span>
          </button>`}
    </div>`}price(C,H){return`${new Intl.NumberFormat(this.hass.locale.language,{minimumFractionDigits:2,maximumFractionDigits:6}).format(C)} ${H}`}newTariff(C){let{hass:H}=this,e=[["all",t(H,"sessions.keep.for_all")],...C.places.map(({id:M,name:o})=>[`place:${M}`,o]),...C.persons.map(({id:M,name:o})=>[`person:${M}`,o])],r=Object.keys(H.states).filter(M=>/^(sensor|number|input_number)\./.test(M)),i={type:"number",step:"any"};return a`<div class="one">
      ${this.form(t(H,"sessions.keep.add_price"),a`${this.select("whose","whose","all",e)}
          <label
            >${t(H,"sessions.keep.kind")}
            <select
              name="kind"
              @change=${M=>{this.entity=M.target.value==="entity"}}
            >
              <option value="fixed">${t(H,"sessions.keep.fixed")}</option>
              <option value="entity">${t(H,"sessions.keep.entity")}</option>
            </select>
          </label>
          ${this.entity?a`<label
                  >${t(H,"sessions.keep.entity_id")}
                  <input name="entity_id" type="text" required list="entities" />
                  <datalist id="entities">
                    ${r.map(M=>a`<option value=${M}></option>`)}
                  </datalist>
                </label>
                ${this.field("add","add","",i)}`:this.field("price","price","",{...i,required:!0})}
          ${this.field("per_session","per_session","",i)}
          ${this.field("per_hour","per_hour","",i)}
          ${this.field("tax","tax","",{type:"number",step:"0.1",max:100})}
          ${this.field("since","since","",{type:"datetime-local"})}
          <label class="check"
            ><input type="checkbox" name="net" /> ${t(H,"sessions.keep.net")}</label
          >
          ${this.submit("add_price")}`,M=>this.addTariff(M),!0)}
    </div>`}addTariff(C){let[H,e]=C.whose.split(":"),r=i=>C[i]?{[i]:Number(C[i])}:{};return this.change("add_tariff",{applies:H,applies_to:e===void 0?null:Number(e),...C.kind==="entity"?{entity_id:C.entity_id,...r("add")}:r("price"),...r("per_session"),...r("per_hour"),...r("tax"),net:C.net==="on",...C.since?{from_ts:q1(C.since,this.hass.config.time_zone)}:{}})}place(C,H){return a`<div class="one">
      ${this.form(C.name,a`${this.field("place","name",C.name,{required:!0})}
        ${this.select("whose_place","person",String(C.person_id??""),[["","–"],...H.persons.map(({id:e,name:r})=>[String(e),r])])}
        ${H.places.length>1?this.select("served_by","outlet",b5(C),this.outlets(C,H)):n}
        ${this.field("evse_id","evse_id",C.evse_id,{most:48})} ${this.submit("save")}`,({name:e,person:r,evse_id:i,outlet:M})=>this.change("change_place",{place:C.id,name:e,evse_id:i,person:r?Number(r):null,...M&&M!==b5(C)?JSON.parse(M):{}}))}
    </div>`}outlets(C,H){let e=C.charger===null?[["","–"]]:[],r=H.places.filter(({charger:i})=>i!==null);return[...e,...r.map(i=>[b5(i),i.connector===1?i.charger:`${i.charger} / ${i.connector}`])]}settings({settings:C}){let{hass:H}=this;return this.form(t(H,"sessions.keep.book"),a`<label class="whole"
          >${t(H,"sessions.keep.letterhead")}
          <textarea name="letterhead" rows="4" maxlength="2000" .value=${C.letterhead}></textarea>
        </label>
        ${this.field("retention","retention",C.retention_months,{type:"number",step:"1",max:240})}
        <label class="check"
          ><input type="checkbox" name="statistics" .checked=${C.statistics} />
          ${t(H,"sessions.keep.statistics")}</label
        >
        <label class="check"
          ><input type="checkbox" name="driver_entities" .checked=${C.driver_entities} />
          ${t(H,"sessions.keep.driver_entities")}</label
        >
        <p class="quiet whole">${t(H,"sessions.keep.ocpi_help")}</p>
        ${this.field("country_code","country_code",C.country_code,{most:2})}
        ${this.field("party_id","party_id",C.party_id,{most:3})}
        ${this.field("address","address",C.address,{most:45})}
        ${this.field("postal_code","postal_code",C.postal_code,{most:10})}
        ${this.field("city","city",C.city,{most:45})} ${this.submit("save")}`,({retention:e,statistics:r,driver_entities:i,...M})=>this.change("change_settings",{...M,retention_months:e?Number(e):null,statistics:r==="on",driver_entities:i==="on"}))}};s([A({attribute:!1,hasChanged:w})],A1.prototype,"hass",2),s([u()],A1.prototype,"kept",2),s([u()],A1.prototype,"error",2),s([u()],A1.prototype,"busy",2),s([u()],A1.prototype,"forgetting",2),s([u()],A1.prototype,"entity",2);function w0(L,V,C=0){let[H,e,r]=L.split("-").map(Number),i=new Date(Date.UTC(H,e-1,r+C));return q1(i.toISOString().slice(0,16),V)}var b5=({charger:L,connector:V})=>L===null?"":JSON.stringify({charger:L,connector:V});f("elm-sessions-keep",A1);var L4=300,r4=3e4,B=class extends h{constructor(){super(...arguments);this.entryId="";this.by="places";this.search="";this.incomplete=!1;this.keeps=!1;this.error="";this.busy=!1;this.asked=0}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        container-type: inline-size;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }
      .bar select,
      .bar input {
        min-width: 0;
      }
      .search {
        flex: 1 1 160px;
        position: relative;
      }
      .search input {
        width: 100%;
        padding-inline-start: 40px;
      }
      .search .icon {
        position: absolute;
        inset-inline-start: 10px;
        top: 10px;
        color: var(--quiet);
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-height: 40px;
      }
      .views button[aria-pressed="true"] {
        background: color-mix(in srgb, var(--accent) 12%, transparent);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        align-items: baseline;
        margin-bottom: 8px;
      }
      .head strong {
        font-size: var(--ha-font-size-2xl, 24px);
        font-weight: var(--ha-font-weight-normal, 400);
      }
      td button {
        min-height: 32px;
        padding: 0 8px;
        margin: -6px -8px;
        max-width: 100%;
      }
      td.who {
        overflow-wrap: anywhere;
      }
      td.who button {
        white-space: normal;
        text-align: start;
      }
      tbody tr.void td {
        text-decoration: line-through;
        color: var(--quiet);
      }
      td .chip {
        text-decoration: none;
        white-space: normal;
      }
      .narrow {
        display: none;
      }
      @container (max-width: 640px) {
        .wide {
          display: none;
        }
        .narrow {
          display: block;
        }
        th,
        td {
          padding-inline: 6px;
        }
      }
      .more {
        display: flex;
        justify-content: center;
        padding-top: 8px;
      }
      details summary {
        cursor: pointer;
        min-height: 40px;
        display: flex;
        align-items: center;
      }
      .error {
        color: var(--bad-words);
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{!document.hidden&&!this.keeps&&this.page&&this.page.rows.length<=100&&this.load()},r4)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer),window.clearTimeout(this.typing)}firstUpdated(){this.load()}get request(){let{filter:C}=this;return{month:this.month,...C?{[C.by]:[C.id]}:{},...this.search.trim()?{text:this.search.trim().slice(0,100)}:{},...this.incomplete?{incomplete:!0}:{}}}async load(){let C=++this.asked;try{let H=await R(this.hass,"overview");if(C!==this.asked||(this.overview=H,(this.month===void 0||!H.months.includes(this.month))&&(this.month=H.months[0]),this.month===void 0))return;let[e,r]=await Promise.all([R(this.hass,"month",this.request),R(this.hass,"list",this.request)]);if(C!==this.asked)return;[this.sums,this.page,this.error]=[e,r,""]}catch(H){C===this.asked&&(this.error=y(this.hass,H))}}async loadMore(){let{page:C}=this;if(!C?.more)return;let{asked:H}=this;this.busy=!0;try{let e=await R(this.hass,"list",{...this.request,after:C.more});H===this.asked&&(this.page={rows:[...C.rows,...e.rows],more:e.more})}catch(e){this.error=y(this.hass,e)}finally{this.busy=!1}}render(){let{hass:C,overview:H,month:e}=this;return this.error&&!H?a`<p class="error" role="alert">${this.error}</p>`:H?e===void 0?a`<p class="quiet">${t(C,"sessions.none")}</p>`:a`
      ${H.trouble?a`<div class="alert warn" role="alert">
            ${t(C,"sessions.trouble",{error:H.trouble})}
          </div>`:n}
      ${H.admin?this.views():n}
      ${this.keeps?a`<elm-sessions-keep .hass=${C}></elm-sessions-keep>`:a`
            <div class="card">${this.filters(H,e)}</div>
            ${this.error?a`<p class="error" role="alert">${this.error}</p>`:n}
            ${this.sums?this.totals(this.sums,H):n}
            ${this.page?this.list(this.page):n}
            ${H.admin?this.reconciliation():n}
          `}
      ${this.chosen?a`<elm-session-details
            .hass=${C}
            .entryId=${this.entryId}
            .uid=${this.chosen}
            .persons=${H.persons}
            @closed=${()=>{this.chosen=void 0}}
            @corrected=${()=>{this.load()}}
            @show=${r=>{this.chosen=r.detail}}
          ></elm-session-details>`:n}
    `:a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`}views(){let C=(H,e)=>a`<button
        aria-pressed=${this.keeps===H}
        @click=${()=>{this.keeps=H,H||this.load()}}
      >
        ${t(this.hass,e)}
      </button>`;return a`<div class="bar views">
      ${C(!1,"sessions.title")} ${C(!0,"sessions.keep.title")}
    </div>`}filters(C,H){let{hass:e}=this,r=C.months.indexOf(H),i=M=>{this.month=M,this.reconciled=void 0,this.load()};return a`<div class="bar">
        <button
          aria-label=${t(e,"sessions.month_before")}
          ?disabled=${r===C.months.length-1}
          @click=${()=>i(C.months[r+1])}
        >
          ‹
        </button>
        <select
          aria-label=${t(e,"sessions.month")}
          @change=${M=>i(Number(M.target.value))}
        >
          ${C.months.map(M=>a`<option value=${M} ?selected=${M===H}>${H0(e,M)}</option>`)}
        </select>
        <button
          aria-label=${t(e,"sessions.month_after")}
          ?disabled=${r===0}
          @click=${()=>i(C.months[r-1])}
        >
          ›
        </button>
        <div class="search">
          ${c(z5)}
          <input
            type="text"
            maxlength="100"
            aria-label=${t(e,"sessions.search")}
            placeholder=${t(e,"sessions.search")}
            .value=${this.search}
            @input=${M=>{this.search=M.target.value,window.clearTimeout(this.typing),this.typing=window.setTimeout(()=>{this.load()},L4)}}
          />
        </div>
        <label class="check"
          ><input
            type="checkbox"
            .checked=${this.incomplete}
            @change=${M=>{this.incomplete=M.target.checked,this.load()}}
          />
          ${t(e,"sessions.only_incomplete")}</label
        >
      </div>
      <div class="bar">
        ${this.filter?a`<button class="tonal" @click=${()=>this.choose(void 0)}>
              ${t(e,"sessions.only",{name:this.filter.name})} ✕
            </button>`:n}
        ${this.download("sessions.csv","sessions.spreadsheet",{spreadsheet:"1"})}
        ${this.download("sessions.csv","sessions.csv",{})}
        ${C.admin?this.download("sessions.ocpi.json","sessions.ocpi",{}):n}
      </div>`}download(C,H,e){let{filter:r}=this;return a`<button
      @click=${async()=>{try{let i=await S5(this.hass,C,{month:String(this.month),...r?{[r.by==="places"?"place":"person"]:String(r.id)}:{},...this.search.trim()?{text:this.search.trim()}:{},...this.incomplete?{incomplete:"1"}:{},language:this.hass.locale.language,...e});await t4(i,C),this.error=""}catch(i){this.error=y(this.hass,i)}}}
    >
      <span class="small">${c(T1)}</span> ${t(this.hass,H)}
    </button>`}choose(C){this.filter=C,this.load()}cost(C,H){return C===null||H===null?"–":$2(this.hass,C,H)}totals(C,H){let{hass:e}=this,r=H.admin?this.by:"persons";return a`<section class="card" aria-labelledby="totals">
      <div class="head numbers">
        <h2 id="totals" class="sr">${t(e,"sessions.totals")}</h2>
        <strong>${G(e,C.total.wh)}</strong>
        <strong>${this.cost(C.total.cost,C.currency)}</strong>
        <span class="quiet">${F1(e,"sessions.count",C.total.sessions)}</span>
      </div>
      ${this.remarks(C)}
      ${H.admin?a`<div class="bar views">
            ${["places","persons"].map(i=>a`<button
                  aria-pressed=${r===i}
                  @click=${()=>{this.by=i}}
                >
                  ${t(e,`sessions.by_${i}`)}
                </button>`)}
            ${this.statement({},t(e,"sessions.everything"))}
          </div>`:n}
      <div class="scroll" tabindex="0" role="group" aria-label=${t(e,"sessions.totals")}>
        <table>
          <thead>
            <tr>
              <th>${t(e,r==="places"?"sessions.place":"sessions.driver")}</th>
              <th class="end wide">${t(e,"sessions.sessions")}</th>
              <th class="end">${t(e,"sessions.energy")}</th>
              <th class="end">${t(e,"sessions.cost")}</th>
              <th><span class="sr">${t(e,"sessions.statement")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${C[r].map(i=>this.total(i,r,C))}
          </tbody>
        </table>
      </div>
    </section>`}total(C,H,e){let{hass:r}=this,i=C.name||t(r,"sessions.nobody"),M=C.id;return a`<tr>
      <td class="who">
        ${M===null?a`<span class="quiet">${i}</span>`:a`<button
              aria-label=${t(r,"sessions.show_only",{name:i})}
              @click=${()=>this.choose({by:H,id:M,name:i})}
            >
              ${i}
            </button>`}
      </td>
      <td class="end numbers wide">${b(r,C.sessions,0)}</td>
      <td class="end numbers">${G(r,C.wh)}</td>
      <td class="end numbers">${this.cost(C.cost,e.currency)}</td>
      <td class="end">
        ${M===null?n:this.statement(H==="places"?{place:M}:{person:M},i)}
      </td>
    </tr>`}statement(C,H){let{hass:e}=this;return a`<button
      ?disabled=${this.busy}
      aria-label=${t(e,"sessions.statement_of",{name:H})}
      @click=${()=>{this.openStatement(C)}}
    >
      <span class="small">${c(D5)}</span
      ><span class="wide">${t(e,"sessions.statement")}</span>
    </button>`}async openStatement(C){let H=window.open("","_blank");this.busy=!0;try{let e=await R(this.hass,"statement",{month:this.month,...C}),r=await S5(this.hass,`statement/${e.number}/${e.version}`,{language:this.hass.locale.language});H?H.location.href=r:window.location.href=r,this.error=""}catch(e){H?.close(),this.error=y(this.hass,e)}finally{this.busy=!1}}remarks(C){let{hass:H}=this,{total:e}=C;return a`${e.unknown?a`<p class="quiet">${t(H,"sessions.unknown",{count:e.unknown})}</p>`:n}
    ${e.unpriced_wh&&e.cost!==null?a`<p class="quiet">
          ${t(H,"sessions.unpriced",{energy:G(H,e.unpriced_wh)})}
        </p>`:n}
    ${C.mixed?a`<p class="quiet">${t(H,"sessions.mixed")}</p>`:n}`}list(C){let{hass:H}=this;return C.rows.length?a`<section class="card" aria-label=${t(H,"sessions.title")}>
      <div class="scroll" tabindex="0" role="group" aria-label=${t(H,"sessions.title")}>
        <table class="list">
          <thead>
            <tr>
              <th>${t(H,"sessions.start")}</th>
              <th class="wide">${t(H,"sessions.duration")}</th>
              <th class="wide">${t(H,"sessions.place")}</th>
              <th class="wide">${t(H,"sessions.driver")}</th>
              <th class="end">${t(H,"sessions.energy")}</th>
              <th class="end wide">${t(H,"sessions.cost")}</th>
              <th class="wide">${t(H,"sessions.completeness")}</th>
            </tr>
          </thead>
          <tbody>
            ${C.rows.map(e=>this.row(e))}
          </tbody>
        </table>
      </div>
      ${C.more?a`<div class="more">
            <button class="tonal" ?disabled=${this.busy} @click=${()=>{this.loadMore()}}>
              ${t(H,"sessions.more")}
            </button>
          </div>`:n}
    </section>`:a`<p class="card quiet">${t(H,"sessions.no_match")}</p>`}row(C){let{hass:H}=this,e=q(H,C.start,C.zone),r=C.session_wh!==null&&C.wh!==null&&C.session_wh!==C.wh?a`<span class="quiet" title=${t(H,"sessions.part")}>*</span>`:n;return a`<tr class=${C.flags.includes("void")?"void":""}>
      <td class="who">
        <button
          aria-label=${t(H,"sessions.details_of",{start:e,place:C.place})}
          @click=${()=>{this.chosen=C.uid}}
        >
          ${e}
        </button>
        <span class="narrow quiet"
          >${C.place}${C.person||C.tag?a` · ${C.person??C.tag}`:n}</span
        >
        ${C.end===null?a`<span class="narrow"
              ><span class="chip accent">${t(H,"sessions.running")}</span></span
            >`:n}
      </td>
      <td class="wide numbers">
        ${C.end===null?t(H,"sessions.running"):U(H,C.end-C.start)}
      </td>
      <td class="wide who">${C.place}</td>
      <td class="wide who">
        ${C.person??a`<span class="quiet">${C.tag||t(H,"sessions.nobody")}</span>`}
      </td>
      <td class="end numbers">
        ${C.wh===null?"?":G(H,C.wh)}${r}
        <span class="narrow quiet">${this.cost(C.cost,C.currency)}</span>
      </td>
      <td class="end numbers wide">${this.cost(C.cost,C.currency)}</td>
      <td class="wide">${q2(H,C)}</td>
    </tr>`}reconciliation(){let{hass:C,reconciled:H}=this;return a`<section class="card">
      <details
        @toggle=${e=>{e.target.open&&this.reconcile()}}
      >
        <summary><h2>${t(C,"sessions.reconciliation")}</h2></summary>
        <p class="quiet">${t(C,"sessions.reconciliation_help")}</p>
        ${H===void 0?a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`:a`<div class="scroll" tabindex="0" role="group" aria-label=${t(C,"sessions.reconciliation")}>
              <table>
                <thead>
                  <tr>
                    <th>${t(C,"sessions.place")}</th>
                    ${["counted","sessions","voided","between","unexplained"].map(e=>a`<th class="end">${t(C,`sessions.reconciled.${e}`)}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${H.map(e=>this.reconciledRow(e))}
                </tbody>
              </table>
            </div>`}
      </details>
    </section>`}reconciledRow(C){let{hass:H}=this,e=(r,i="")=>a`<td class="end numbers">${r===null?"–":i+G(H,r)}</td>`;return a`<tr>
      <td class="who">
        ${C.place}
        ${C.worth_telling?a`<span class="chip warn">${t(H,"sessions.reconciled.look")}</span>`:n}
      </td>
      ${e(C.counted,C.estimated?"≈ ":"")} ${e(C.sessions)} ${e(C.voided)}
      ${e(C.between)} ${e(C.unexplained)}
    </tr>`}async reconcile(){if(this.reconciled)return;let{month:C}=this;try{let H=await R(this.hass,"reconciliation",{month:C});C===this.month&&(this.reconciled=H)}catch(H){this.error=y(this.hass,H)}}};s([A({attribute:!1,hasChanged:w})],B.prototype,"hass",2),s([A()],B.prototype,"entryId",2),s([u()],B.prototype,"overview",2),s([u()],B.prototype,"month",2),s([u()],B.prototype,"sums",2),s([u()],B.prototype,"page",2),s([u()],B.prototype,"by",2),s([u()],B.prototype,"filter",2),s([u()],B.prototype,"search",2),s([u()],B.prototype,"incomplete",2),s([u()],B.prototype,"keeps",2),s([u()],B.prototype,"chosen",2),s([u()],B.prototype,"reconciled",2),s([u()],B.prototype,"error",2),s([u()],B.prototype,"busy",2);async function t4(L,V){let C=await fetch(L);if(!C.ok){let e=await C.json().catch(()=>({}));throw{code:String(C.status),message:e.message??C.statusText}}let H=document.createElement("a");H.href=URL.createObjectURL(await C.blob()),H.download=/filename="([^"]+)"/.exec(C.headers.get("Content-Disposition")??"")?.[1]??V,H.click(),window.setTimeout(()=>URL.revokeObjectURL(H.href),6e4)}f("elm-sessions",B);var m1=c1(class extends t1{constructor(L){if(super(L),L.type!==Y.PROPERTY&&L.type!==Y.ATTRIBUTE&&L.type!==Y.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!z3(L))throw Error("`live` bindings can only contain a single expression")}render(L){return L}update(L,[V]){if(V===T||V===n)return V;let C=L.element,H=L.name;if(L.type===Y.PROPERTY){if(V===C[H])return T}else if(L.type===Y.BOOLEAN_ATTRIBUTE){if(!!V===C.hasAttribute(H))return T}else if(L.type===Y.ATTRIBUTE&&C.getAttribute(H)===V+"")return T;return b2(L),V}});async function y0(L,V){let{issues:C}=await L.callWS({type:"repairs/list_issues"});return C.find(({domain:H,issue_id:e})=>H===S&&e===V)}async function _0(L,V,C){let[H]=await Promise.all([E1("ha-config-repairs","config","repairs"),V.loadFragmentTranslation?.("config")]);if(!H)return!1;L.querySelector("ha-config-repairs")?.remove();let e=document.createElement("ha-config-repairs");Object.assign(e,{hass:V,repairsIssues:[C]}),e.style.display="none",L.append(e),await e.updateComplete;let r=[...e.shadowRoot?.querySelectorAll("*")??[]].find(M=>"issue"in M),i=!1;return e.addEventListener("show-dialog",()=>i=!0,{once:!0}),r?.click(),i}var i4=["fault","safe_limit","car_full","turn"],i1=class extends h{constructor(){super(...arguments);this.entryId="";this.recipients=[];this.error="";this.saved=!1;this.changed=!1;this.save=async()=>{this.error="",this.saved=!1;try{await _3(this.hass,this.entryId,this.recipients),this.changed=!1,this.saved=!0}catch(C){this.error=y(this.hass,C)}await this.load()}}static{this.styles=[k,g`
      .recipient {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
        gap: 4px 12px;
        align-items: end;
        padding-block: 12px;
        border-top: 1px solid var(--line);
        min-width: 0;
      }
      label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 36px;
        color: inherit;
        font-size: inherit;
      }
      select {
        width: 100%;
        min-width: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 12px;
      }
      .error {
        color: var(--bad-words);
      }
      .saved {
        color: var(--good);
      }
    `]}willUpdate(C){C.has("entryId")&&(this.changed=!1,this.told=void 0,this.load())}async load(){let{entryId:C}=this;if(!(!this.hass?.connected||!C))try{let H=await y3(this.hass,C);if(C!==this.entryId)return;this.told=H,this.changed||(this.recipients=H.recipients)}catch(H){this.error=y(this.hass,H)}}render(){let{hass:C,told:H}=this,e=!C.connected;return a`<section class="card" aria-labelledby="notifications">
      <h2 id="notifications">${t(C,"notifications.title")}</h2>
      ${H===void 0?a`<p class="quiet" ?aria-busy=${!this.error}>
            ${this.error?n:t(C,"loading")}
          </p>`:a`
            <p class="quiet">${t(C,"notifications.help")}</p>
            ${H.entities.length?n:a`<p>${t(C,"notifications.no_entities")}</p>`}
            ${this.recipients.map((r,i)=>this.recipient(H,r,i,e))}
            <div class="actions">
              <button
                ?disabled=${e||!H.entities.length}
                @click=${()=>this.add(H.entities[0].entity_id)}
              >
                ${t(C,"notifications.add")}
              </button>
              <button class="filled" ?disabled=${e||!this.changed} @click=${this.save}>
                ${t(C,"notifications.save")}
              </button>
              <span role="status" class="saved small"
                >${this.saved?a`${c(S1)}<span class="sr">${t(C,"settings.saved")}</span>`:n}</span
              >
            </div>
          `}
      ${this.error?a`<p class="error" role="alert">${this.error}</p>`:n}
    </section>`}recipient(C,H,e,r){let{hass:i}=this,{entity_id:M}=H,d=C.entities.some(m=>m.entity_id===M)?C.entities:[...C.entities,{entity_id:M,name:M}],v=d.find(m=>m.entity_id===M).name,l=[{key:"",name:t(i,"notifications.everywhere")},...C.places];return a`<div class="recipient" role="group" aria-label=${v}>
      <label
        >${t(i,"notifications.who")}
        <select
          ?disabled=${r}
          @change=${m=>this.change(e,{entity_id:m.target.value})}
        >
          ${d.map(m=>a`<option value=${m.entity_id} .selected=${m.entity_id===M}>
                ${m.name}
              </option>`)}
        </select>
      </label>
      <label
        >${t(i,"notifications.where")}
        <select
          ?disabled=${r}
          @change=${m=>this.change(e,{place:m.target.value||null})}
        >
          ${l.map(m=>a`<option value=${m.key} .selected=${m.key===(H.place??"")}>
                ${m.name}
              </option>`)}
        </select>
      </label>
      ${i4.map(m=>a`<label class="check"
            ><input
              type="checkbox"
              .checked=${m1(H.topics.includes(m))}
              ?disabled=${r}
              @change=${p=>this.change(e,{topics:p.target.checked?[...H.topics,m]:H.topics.filter(x=>x!==m)})}
            />
            ${t(i,`notifications.topics.${m}`)}
          </label>`)}
      <button
        ?disabled=${r}
        aria-label=${t(i,"notifications.remove",{name:v})}
        @click=${()=>this.put(this.recipients.filter((m,p)=>p!==e))}
      >
        <span class="small">${c(M1)}</span>
      </button>
    </div>`}add(C){this.put([...this.recipients,{entity_id:C,topics:["fault","safe_limit"],place:null}])}put(C){this.recipients=C,this.changed=!0,this.saved=!1}change(C,H){this.put(this.recipients.map((e,r)=>r===C?{...e,...H}:e))}};s([A({attribute:!1,hasChanged:w})],i1.prototype,"hass",2),s([A()],i1.prototype,"entryId",2),s([u()],i1.prototype,"told",2),s([u()],i1.prototype,"recipients",2),s([u()],i1.prototype,"error",2),s([u()],i1.prototype,"saved",2),s([u()],i1.prototype,"changed",2);f("elm-notifications",i1);var a4=3e3,V1=class extends h{constructor(){super(...arguments);this.entryId="";this.everybody=!0;this.seen=[];this.error="";this.saved=!1;this.changed=!1;this.save=async()=>{this.error="",this.saved=!1;try{await w3(this.hass,this.entryId,this.everybody,this.tags??[]),this.changed=!1,this.saved=!0}catch(C){this.error=y(this.hass,C)}await this.load()}}static{this.styles=[k,g`
      .everybody {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 2px 16px;
        align-items: center;
        padding-block: 12px;
      }
      .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
        gap: 8px 12px;
        align-items: end;
        padding-block: 12px;
        border-top: 1px solid var(--line);
        margin: 0;
        min-width: 0;
      }
      .tag label {
        display: grid;
        gap: 2px;
        min-width: 0;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .tag label.check {
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 8px;
        min-height: 36px;
      }
      .tag input:not([type="checkbox"]) {
        width: 100%;
        min-width: 0;
        text-align: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        padding-top: 12px;
      }
      .seen {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        padding-top: 4px;
      }
      .error {
        color: var(--bad-words);
      }
      .saved {
        color: var(--good);
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{document.hidden||this.load()},a4)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}willUpdate(C){C.has("entryId")&&(this.changed=!1,this.tags=void 0,this.load())}async load(){let{entryId:C}=this;if(!(!this.hass?.connected||!C))try{let{everybody:H,tags:e,seen:r}=await b3(this.hass,C);if(C!==this.entryId)return;this.seen=r,this.changed||(this.everybody=H,this.tags=e.map(i=>({...i})))}catch{}}render(){let{hass:C,tags:H}=this,e=!C.connected,r=this.seen.filter(i=>!H?.some(M=>M4(M.id_tag,i)));return a`<section class="card" aria-labelledby="tags">
      <h2 id="tags">${t(C,"tags.title")}</h2>
      ${H===void 0?a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`:a`
            <div class="everybody">
              <label for="everybody">${t(C,"tags.everybody")}</label>
              <span class="help" id="everybody-help">${t(C,"tags.everybody_help")}</span>
              <input
                id="everybody"
                type="checkbox"
                role="switch"
                style="grid-column: 2; grid-row: 1 / span 2"
                .checked=${m1(this.everybody)}
                ?disabled=${e}
                aria-describedby="everybody-help"
                @change=${i=>{this.everybody=i.target.checked,this.put(H)}}
              />
            </div>
            ${H.length?H.map((i,M)=>this.tag(i,M,e)):a`<p class="quiet">${t(C,"tags.nobody")}</p>`}
            <p class="quiet">${t(C,"tags.seen_help")}</p>
            ${r.length?a`<div class="seen">
                  <span>${t(C,"tags.seen")}:</span>
                  ${r.map(i=>a`<button
                        class="tonal"
                        ?disabled=${e}
                        aria-label=${t(C,"tags.learn",{tag:i})}
                        @click=${()=>this.add(i)}
                      >
                        ${i}
                      </button>`)}
                </div>`:n}
            <div class="actions">
              <button ?disabled=${e} @click=${()=>this.add("")}>
                ${t(C,"tags.add")}
              </button>
              <button class="filled" ?disabled=${e||!this.changed} @click=${this.save}>
                ${t(C,"tags.save")}
              </button>
              <span role="status" class="saved small"
                >${this.saved?a`${c(S1)}<span class="sr">${t(C,"settings.saved")}</span>`:n}</span
              >
            </div>
            ${this.error?a`<p class="error" role="alert">${this.error}</p>`:n}
          `}
    </section>`}tag(C,H,e){let{hass:r}=this,i=(o,d="text")=>a`<label
        >${t(r,`tags.${o}`)}
        <input
          type=${d}
          data-field="${o}-${H}"
          maxlength=${o==="name"?100:20}
          .value=${m1(C[o]??"")}
          ?disabled=${e}
          @input=${v=>this.change(H,{[o]:v.target.value})}
        />
      </label>`,M=C.name||C.id_tag||String(H+1);return a`<div class="tag" role="group" aria-label=${M}>
      ${i("name")} ${i("id_tag")} ${i("expires","date")} ${i("group")}
      <label class="check"
        ><input
          type="checkbox"
          .checked=${m1(C.blocked??!1)}
          ?disabled=${e}
          @change=${o=>this.change(H,{blocked:o.target.checked})}
        />
        ${t(r,"tags.blocked")}
      </label>
      <button
        ?disabled=${e}
        aria-label=${t(r,"tags.remove",{name:M})}
        @click=${()=>this.put(this.tags.filter((o,d)=>d!==H))}
      >
        <span class="small">${c(M1)}</span>
      </button>
    </div>`}put(C){this.tags=C,this.changed=!0,this.saved=!1}change(C,H){this.put(this.tags.map((e,r)=>r===C?{...e,...H}:e))}add(C){let H=this.tags.length;this.put([...this.tags,{name:"",id_tag:C}]),this.updateComplete.then(()=>this.renderRoot.querySelector(`[data-field="name-${H}"]`)?.focus())}};s([A({attribute:!1,hasChanged:w})],V1.prototype,"hass",2),s([A()],V1.prototype,"entryId",2),s([u()],V1.prototype,"everybody",2),s([u()],V1.prototype,"tags",2),s([u()],V1.prototype,"seen",2),s([u()],V1.prototype,"error",2),s([u()],V1.prototype,"saved",2),s([u()],V1.prototype,"changed",2);var M4=(L,V)=>L.trim().toLowerCase()===V.trim().toLowerCase();f("elm-tags",V1);var o4={yes:S1,no:R5,unknown:j5},p1=class extends h{constructor(){super(...arguments);this.entryId="";this.errors={};this.savedKey="";this.adding=!1}static{this.styles=[k,g`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
        min-width: 0;
        max-width: 860px;
        margin: 0 auto;
      }
      .setting {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 2px 16px;
        padding-block: 12px;
      }
      .setting + .setting {
        border-top: 1px solid var(--line);
      }
      .setting label,
      .setting .control {
        min-width: 0;
      }
      .setting .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .setting .control {
        grid-column: 2;
        grid-row: 1 / span 2;
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 100%;
      }
      .setting .error {
        grid-column: 1 / -1;
        color: var(--bad-words);
      }
      .wide {
        grid-template-columns: 1fr;
        gap: 6px;
      }
      .wide .control {
        grid-column: 1;
        grid-row: auto;
      }
      .wide select {
        width: 100%;
      }
      .charger {
        padding-block: 12px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 8px;
      }
      .charger + .charger {
        border-top: 1px solid var(--line);
      }
      .indicators {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
      }
      .indicator {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .yes .icon {
        color: var(--good);
      }
      .no .icon {
        color: var(--bad);
      }
      .unknown .icon {
        color: var(--quiet);
      }
      .saved {
        color: var(--good);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      @media (max-width: 420px) {
        .setting {
          gap: 2px 10px;
        }
        input[type="number"] {
          width: 84px;
        }
      }
    `]}get readOnly(){return!this.hass.user?.is_admin||!this.hass.connected}render(){let{hass:C,group:H}=this;return a`
      ${C.user?.is_admin?n:a`<div class="alert" role="note">
            ${c(r1)} ${t(C,"settings.read_only")}
          </div>`}
      ${C.user?.is_admin&&H.unknown.length?this.unknown():n}
      <section class="card" aria-labelledby="group">
        <h2 id="group">${t(C,"settings.group")}</h2>
        ${this.groupSettings(H.settings)}
        ${this.powers(H.settings)}
        ${H.circuits.filter(({kind:e})=>e==="feeder").map(e=>this.feeder(e))}
      </section>
      ${H.chargers.length?a`<section class="card" aria-labelledby="chargers">
            <div class="title">
              <h2 id="chargers">${t(C,"settings.chargers")}</h2>
              ${C.user?.is_admin?a`<button
                    class="tonal"
                    ?disabled=${this.readOnly}
                    @click=${()=>_2(this.renderRoot,C,this.entryId)}
                  >
                    ${t(C,"settings.add")}
                  </button>`:n}
            </div>
            ${H.chargers.map(e=>this.charger(e))}
          </section>`:n}
      ${C.user?.is_admin?a`<elm-tags .hass=${C} .entryId=${this.entryId}></elm-tags>
            <elm-notifications .hass=${C} .entryId=${this.entryId}></elm-notifications>
            <div>
            <a class="button tonal" href=${s1(this.entryId)}
              >${t(C,"settings.entry")}</a
            >
          </div>`:n}
    `}groupSettings(C){let{hass:H}=this,e=r=>({rated:_(H,r)});return a`
      ${this.currentSetting("maximum_current",C.maximum_current,C.rated_current,{...e(C.rated_current)})}
      ${this.switchSetting("balancing",C.balancing)}
      ${this.choice("policy",C.policy,["take_turns","minimum_for_all"],"policies")}
      ${C.adaptive===void 0?a`<div class="setting">
            <span class="help">${t(H,"settings.no_meter")}</span>
            ${H.user?.is_admin?a`<span class="control"
                  ><a class="button" href=${s1(this.entryId)}
                    >${t(H,"settings.set_up_meter")}</a
                  ></span
                >`:n}
          </div>`:a`
            ${this.switchSetting("adaptive",C.adaptive)}
            ${this.currentSetting("grid_maximum_current",C.grid_maximum_current,C.grid_rated_current,e(C.grid_rated_current))}
            ${this.currentSetting("safe_limit",C.safe_limit,Math.min(C.rated_current,C.grid_rated_current),{})}
            ${this.choice("phase_choice",C.phase_choice,["each_phase","highest_phase","l1","l2","l3"],"phase_choices")}
          `}
    `}currentSetting(C,H,e,r){let{hass:i}=this;return this.numberSetting(C,H,e,"A",{label:t(i,`settings.${C}`),help:t(i,`settings.${C}_help`,r),change:M=>M5(i,this.entryId,{[C]:M})})}numberSetting(C,H,e,r,{label:i,help:M,change:o}){return a`<div class="setting">
      <label for=${C}>${i}</label>
      <span class="help" id="${C}-help">${M}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="number"
          inputmode="decimal"
          min="0"
          max=${e}
          step="0.1"
          .value=${String(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          aria-invalid=${C in this.errors}
          @change=${d=>this.save(C,d.target,o)}
        />
        <span class="quiet">${r}</span>
      </span>
      ${this.error(C)}
    </div>`}feeder(C){let{hass:H}=this,e=Math.max(...C.rated);return a`
      ${this.feederSetting(C,"maximum",C.maximum,e,{label:C.name??"",help:t(H,"settings.feeder_help",{rated:_(H,e)})})}
      ${C.safe_limit===null?n:this.feederSetting(C,"safe_limit",C.safe_limit,e,{label:t(H,"settings.feeder_safe_limit",{name:C.name??""}),help:t(H,"settings.feeder_safe_limit_help")})}
      ${this.powerSetting(C.id,C.power?.maximum,{label:t(H,"settings.feeder_power_limit",{name:C.name??""}),help:t(H,"settings.feeder_power_limit_help")})}
    `}feederSetting(C,H,e,r,i){return this.numberSetting(`${C.id}-${H}`,e,r,"A",{...i,change:M=>O3(this.hass,this.entryId,C.id,{[H]:M})})}powers(C){let H={group:"group_power_limit",grid:"grid_power_limit",window:"peak_limit"};return Object.keys(H).map(e=>this.powerSetting(e,C[H[e]],{label:t(this.hass,`settings.${H[e]}`),help:t(this.hass,`settings.${H[e]}_help`)}))}powerSetting(C,H,e){return H==null?a``:this.numberSetting(`${C}-power`,H,4e3,"kW",{...e,change:r=>Z3(this.hass,this.entryId,C,r)})}switchSetting(C,H){let{hass:e}=this;return a`<div class="setting">
      <label for=${C}>${t(e,`settings.${C}`)}</label>
      <span class="help" id="${C}-help">${t(e,`settings.${C}_help`)}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="checkbox"
          role="switch"
          .checked=${m1(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          @change=${r=>this.change(C,{[C]:r.target.checked})}
        />
      </span>
      ${this.error(C)}
    </div>`}choice(C,H,e,r){let{hass:i}=this;return a`<div class="setting wide">
      <label for=${C}>${t(i,`settings.${C}`)} ${this.saved(C)}</label>
      <span class="control">
        <select
          id=${C}
          .value=${m1(H)}
          ?disabled=${this.readOnly}
          @change=${M=>this.change(C,{[C]:M.target.value})}
        >
          ${e.map(M=>a`<option value=${M} ?selected=${M===H}>
                ${t(i,`settings.${r}.${M}`)}
              </option>`)}
        </select>
      </span>
      ${this.error(C)}
    </div>`}charger(C){let{hass:H,group:e}=this,r=[C.vendor,C.model].filter(Boolean).join(" ");return a`<div class="charger">
      <div class="title">
        <h3 class="name">${C.name}</h3>
        <span class="quiet">${r||C.id}</span>
      </div>
      <div class="indicators">
        ${this.indicator("dlm",C.dlm)} ${this.indicator("alm",C.alm)}
      </div>
      <p class="quiet">${t(H,"settings.without")}: ${F2(H,C.fail_safe)}</p>
      ${H.user?.is_admin&&e.settings.adaptive!==void 0?this.wiring(C):n}
      ${_1(H,e).filter(i=>i.charger.id===C.id).map(({connector:i,key:M,name:o})=>{let d=`outlet-${M}`;return a`<div class="setting">
            <label for=${d}
              >${C.connectors.length>1?o:t(H,"settings.connector_maximum")}
            </label>
            <span class="control">
              ${this.saved(d)}
              <input
                id=${d}
                type="number"
                inputmode="decimal"
                min=${C.minimum}
                max=${C.maximum}
                step="0.1"
                .value=${String(i.maximum)}
                ?disabled=${this.readOnly}
                aria-label=${t(H,"settings.connector_maximum_of",{name:o})}
                @change=${v=>this.save(d,v.target,l=>g2(H,this.entryId,C.id,i.number,{maximum:l}))}
              />
              <span class="quiet">A</span>
            </span>
            ${this.error(d)}
          </div>`})}
    </div>`}wiring(C){let{hass:H}=this,e=`wiring-${C.id}`,r=C.connectors.some(({reason:i})=>i==="finding_wiring");return a`<div class="setting wide">
      <span>${t(H,"connector.wiring")}: ${R2(H,C)}</span>
      ${C.wiring_hint?a`<p class="alert warn">
            ${c(r1)}
            <span class="grow"
              >${t(H,"settings.wiring_hint",{seen:C.wiring_hint.seen.join(", "),expected:C.wiring_hint.expected.join(", ")})}</span
            >
          </p>`:n}
      <span class="help" role="status"
        >${t(H,r?"settings.wiring_searching":"settings.wiring_help")}</span
      >
      <span class="control"
        ><button
          class="tonal"
          aria-label=${`${t(H,"settings.find_wiring")}: ${C.name}`}
          ?disabled=${this.readOnly||r}
          @click=${()=>this.attempt(e,()=>k3(H,this.entryId,C.id))}
        >
          ${t(H,"settings.find_wiring")}
        </button></span
      >
      ${this.error(e)}
    </div>`}indicator(C,{suited:H,because:e}){let{hass:r}=this;return a`<span class="indicator small ${H}">
      ${c(o4[H])}
      <span
        >${t(r,`settings.${C}`)}: ${t(r,`settings.suited.${H}`)}
        <span class="quiet">(${t(r,`settings.because.${e}`)})</span></span
      >
    </span>`}unknown(){let{hass:C,group:H}=this;return a`<section class="card" aria-labelledby="unknown">
      <h2 id="unknown">${t(C,"settings.unknown")}</h2>
      <p class="quiet">${t(C,"settings.unknown_help")}</p>
      ${H.unknown.map(e=>a`<div class="setting">
          <span class="name"><strong>${e.id}</strong></span>
          <span class="help"
            >${[[e.vendor,e.model].filter(Boolean).join(" "),e.serial,e.address,t(C,e.connected?"settings.unknown_connected":"settings.unknown_gone")].filter(Boolean).join(" · ")}</span
          >
          <span class="control"
            ><button
              class="tonal"
              aria-label=${`${t(C,"settings.add")}: ${e.id}`}
              ?disabled=${this.readOnly||this.adding}
              @click=${()=>this.add(e)}
            >
              ${t(C,"settings.add")}
            </button></span
          >
        </div>`)}
    </section>`}async add({issue:C}){this.adding=!0;try{let H=await y0(this.hass,C);H?await _0(this.renderRoot,this.hass,H)||v1(P3):v1(s1(this.entryId))}catch{v1(s1(this.entryId))}finally{this.adding=!1}}saved(C){return a`<span role="status" class="saved small"
      >${this.savedKey===C?a`${c(S1)}<span class="sr">${t(this.hass,"settings.saved")}</span>`:n}</span
    >`}error(C){let H=this.errors[C];return H?a`<p class="error" role="alert">${H}</p>`:n}async save(C,H,e){if(!H.checkValidity()||H.value===""){this.savedKey="",this.errors={...this.errors,[C]:H.validationMessage};return}await this.attempt(C,()=>e(H.valueAsNumber))}change(C,H){this.attempt(C,()=>M5(this.hass,this.entryId,H))}async attempt(C,H){let{[C]:e,...r}=this.errors;this.errors=r,this.savedKey="";try{await H(),this.savedKey=C,window.setTimeout(()=>{this.savedKey===C&&(this.savedKey="")},3e3)}catch(i){this.errors={...this.errors,[C]:y(this.hass,i)},this.requestUpdate()}}};s([A({attribute:!1,hasChanged:w})],p1.prototype,"hass",2),s([A({attribute:!1})],p1.prototype,"group",2),s([A()],p1.prototype,"entryId",2),s([u()],p1.prototype,"errors",2),s([u()],p1.prototype,"savedKey",2),s([u()],p1.prototype,"adding",2);f("elm-settings",p1);var n4=[{name:"now",icon:H3},{name:"history",icon:V2},{name:"log",icon:E5},{name:"sessions",icon:q5},{name:"settings",icon:L2}],s4=5e3,d4=15e3,g1=class extends h{constructor(){super(...arguments);this.narrow=!1;this.hasSessions=!1;this.follower=new R1(this);this.now=()=>this.follower.now;this.wallClock=()=>this.follower.wallClock;this.listing=!1;this.lookedAt=0}static{this.styles=[k,g`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      .toolbar {
        position: sticky;
        top: 0;
        z-index: 4;
        background: var(--app-header-background-color, var(--sidebar-background-color, #fff));
        color: var(--app-header-text-color, var(--sidebar-text-color, #212121));
        border-bottom: var(--app-header-border-bottom, 1px solid var(--line));
        padding-top: var(--safe-area-inset-top, 0px);
        padding-inline: var(--safe-area-inset-left, 0px) var(--safe-area-inset-right, 0px);
      }
      .bar {
        display: flex;
        align-items: center;
        height: var(--header-height, 56px);
        padding-inline: 12px;
        gap: 12px;
      }
      .title {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: var(--ha-font-weight-normal, 400);
        margin-inline-start: 8px;
        white-space: nowrap;
        min-width: 0;
      }
      .bar select {
        color: inherit;
        width: 100%;
        max-width: min(240px, 45vw);
        text-overflow: ellipsis;
      }
      .menu {
        color: inherit;
        padding: 0 10px;
      }
      nav {
        display: flex;
        height: 100%;
        flex: 1;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 18px;
        color: inherit;
        text-decoration: none;
        border-bottom: 2px solid transparent;
        border-top: 2px solid transparent;
      }
      nav a[aria-current] {
        color: var(--accent-words);
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .side {
        min-width: 150px;
        max-width: 240px;
        display: flex;
        justify-content: flex-end;
      }
      main {
        flex: 1;
        width: 100%;
        max-width: 1280px;
        margin: 0 auto;
        padding: 16px;
        padding-inline: max(16px, var(--safe-area-inset-left, 0px))
          max(16px, var(--safe-area-inset-right, 0px));
        display: grid;
        gap: 16px;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      :host([narrow]) main {
        padding: 12px 12px calc(76px + var(--safe-area-inset-bottom, 0px));
        gap: 12px;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset-inline: 0;
        bottom: 0;
        height: calc(60px + var(--safe-area-inset-bottom, 0px));
        padding-bottom: var(--safe-area-inset-bottom, 0px);
        background: var(--sidebar-background-color, #fff);
        color: var(--sidebar-text-color, #212121);
        border-top: 1px solid var(--line);
      }
      :host([narrow]) nav a {
        flex: 1;
        flex-direction: column;
        gap: 0;
        justify-content: center;
        padding: 0 4px;
        border: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--accent-words);
      }
      :host([narrow]) .side {
        min-width: 0;
        margin-inline-start: auto;
      }
      @media (max-width: 1200px) {
        :host(:not([narrow])) nav {
          justify-content: safe center;
        }
        :host(:not([narrow])) nav a {
          padding: 0 12px;
        }
        .side {
          min-width: 0;
        }
      }
      .content {
        min-width: 0;
      }
      .old {
        opacity: 0.6;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{(!this.groups?.length||this.follower.seen.state==="removed")&&this.list(),!this.hasSessions&&!document.hidden&&this.lookForSessions()},s4)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async list(){if(!(this.listing||!this.hass?.connected)){this.listing=!0;try{this.groups=await c2(this.hass)}catch{}finally{this.listing=!1}}}async lookForSessions(){let C=performance.now();if(!(!this.hass?.connected||this.lookedAt&&C-this.lookedAt<d4)){this.lookedAt=C;try{this.hasSessions=(await R(this.hass,"overview")).months.length>0}catch{this.lookedAt=0}}}get shownTabs(){return n4.filter(({name:C})=>C!=="sessions"||this.hasSessions)}get tab(){let C=this.route?.path.split("/")[1];return this.shownTabs.find(H=>H.name===C)?.name??"now"}get entryId(){let C=o5(this.route?.path??"")?.entryId||this.route?.path.split("/")[2]||new URLSearchParams(window.location.search).get("config_entry");return(this.groups?.find(({entry_id:H})=>H===C)??this.groups?.[0])?.entry_id}willUpdate(C){if(C.has("hass")&&this.hass){let e=C.get("hass");e?.language!==this.hass.language&&k2(this.hass).then(()=>this.requestUpdate()),(!this.groups||e?.connected===!1)&&this.list(),this.lookedAt||this.lookForSessions()}let{entryId:H}=this;this.hass&&H&&this.follower.follow(this.hass,H)}render(){let{hass:C}=this;if(!C)return n;let H=this.tabs();return a`
      <header class="toolbar">
        <div class="bar">
          ${this.menu()} <h1 class="title ${this.narrow?"name":""}">${t(C,"title")}</h1>
          ${this.narrow?n:H}
          <div class="side">${this.groupPicker()}</div>
        </div>
      </header>
      <main>
        ${C.connected?n:a`<div class="alert warn" role="status">
              ${c(F5)}<span class="grow">${t(C,"reconnecting")}</span>
            </div>`}
        <div class="content ${C.connected?"":"old"}">${this.content()}</div>
      </main>
      ${this.narrow?H:n}
    `}menu(){return customElements.get("ha-menu-button")?a`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`:this.narrow?a`<button
          class="menu"
          aria-label=${t(this.hass,"menu")}
          @click=${()=>this.dispatchEvent(new CustomEvent("hass-toggle-menu",{bubbles:!0,composed:!0}))}
        >
          ${c(G5)}
        </button>`:a``}path(C){let{entryId:H}=this;return this.groups&&this.groups.length>1?`${Q}/${C}/${H}`:`${Q}/${C}`}tabs(){return a`<nav aria-label=${t(this.hass,"title")}>
      ${this.shownTabs.map(C=>a`<a href=${this.path(C.name)} aria-current=${this.tab===C.name?"page":n}>
            ${c(C.icon)}<span>${t(this.hass,`tabs.${C.name}`)}</span>
          </a>`)}
    </nav>`}groupPicker(){return!this.groups||this.groups.length<2?n:a`<select
      aria-label=${t(this.hass,"group")}
      @change=${C=>{v1(`${Q}/${this.tab}/${C.target.value}`)}}
    >
      ${this.groups.map(({entry_id:C,name:H})=>a`<option value=${C} ?selected=${C===this.entryId}>${H}</option>`)}
    </select>`}content(){let{hass:C,groups:H}=this;if(!H)return a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`;if(!H.length)return K(a1,t(C,"no_groups.title"),t(C,C.user?.is_admin?"no_groups.admin":"no_groups.guest"),C.user?.is_admin?a`<a class="button filled" href=${T3}
              >${t(C,"no_groups.add")}</a
            >`:n);let{seen:e}=this.follower;switch(e.state){case"loading":return a`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`;case"removed":return K(M1,t(C,"removed.title"),t(C,"removed.text"));case"stopped":return K(Q5,t(C,"stopped.title"),e.reason??t(C,"stopped.text"),C.user?.is_admin?a`<a class="button tonal" href=${s1(this.entryId)}
                >${t(C,"stopped.open")}</a
              >`:n);case"unreachable":return K(r1,t(C,"unreachable.title"),t(C,"unreachable.text",{error:e.error}))}let{group:r}=e,i=this.entryId,M=o5(this.route?.path??"");if(M)return a`<elm-outlet-view
        .hass=${C}
        .group=${r}
        .entryId=${i}
        .key=${M.key}
        .now=${this.now}
        .wallClock=${this.wallClock}
      ></elm-outlet-view>`;switch(this.tab){case"now":return a`<elm-now
          .hass=${C}
          .group=${r}
          .entryId=${i}
          .now=${this.now}
          ?narrow=${this.narrow}
        ></elm-now>`;case"history":return a`<elm-history
          .hass=${C}
          .entryId=${i}
          .phases=${r.phases}
          .hasMeter=${r.settings.safe_limit!==void 0}
          .hasWindow=${r.window!==void 0}
          .circuits=${r.circuits}
          .wallClock=${this.wallClock}
        ></elm-history>`;case"log":return a`<elm-log .hass=${C} .group=${r} .entryId=${i} .wallClock=${this.wallClock}></elm-log>`;case"sessions":return a`<elm-sessions .hass=${C} .entryId=${i}></elm-sessions>`;case"settings":return a`<elm-settings
          .hass=${C}
          .group=${r}
          .entryId=${i}
        ></elm-settings>`}}};s([A({attribute:!1,hasChanged:w})],g1.prototype,"hass",2),s([A({type:Boolean,reflect:!0})],g1.prototype,"narrow",2),s([A({attribute:!1})],g1.prototype,"route",2),s([u()],g1.prototype,"groups",2),s([u()],g1.prototype,"hasSessions",2);f("ev-load-manager-panel",g1);export{g1 as Panel};
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
lit-html/directives/live.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directives/style-map.js:
lit-html/directives/guard.js:
  (**
   * @license
   * Copyright 2018 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
